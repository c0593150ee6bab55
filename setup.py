"""The compiled kernels; everything else is in pyproject.toml."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "building"))

from kernels import BuildKernels, WheelOfAnyPython, extension
from setuptools import setup

setup(ext_modules=[extension], cmdclass={"build_ext": BuildKernels, "bdist_wheel": WheelOfAnyPython})
