"""Memory on large pages behaves like any other memory."""

import mmap
import subprocess
import sys

import pytest

from wirematch.kernels.large_pages import on_large_pages
from wirematch.kernels.library import address


@pytest.mark.parametrize("size", [0, 1, 4_096, 1 << 19, (3 << 20) + 7])
@pytest.mark.parametrize("system_has_them", [True, False])
def test_memory_is_as_large_as_asked_for_zero_and_can_be_written(monkeypatch, size, system_has_them):
    if not system_has_them:
        monkeypatch.delattr(mmap, "MADV_HUGEPAGE", raising=False)

    memory = on_large_pages(size)

    assert memory.shape == (size,)
    assert not memory.any()
    memory[:] = 7
    assert (memory == 7).all()


def test_a_large_table_begins_with_a_page_where_the_system_has_large_ones():
    if not hasattr(mmap, "MADV_HUGEPAGE"):
        pytest.skip("this system has none")

    assert address(on_large_pages(8 << 20)) % (2 << 20) == 0


WITHOUT_MEMORY = """
import resource
from wirematch.kernels.large_pages import on_large_pages
_, most = resource.getrlimit(resource.RLIMIT_AS)
resource.setrlimit(resource.RLIMIT_AS, (1 << 20, most))
try:
    on_large_pages(64 << 20)
except MemoryError:
    print("no memory")
"""


def test_where_there_is_no_memory_that_is_told_as_of_any_array():
    told = subprocess.run([sys.executable, "-c", WITHOUT_MEMORY], capture_output=True, text=True, check=False)

    assert (told.stdout, told.returncode) == ("no memory\n", 0), told.stderr
