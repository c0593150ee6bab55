"""The examples in docstrings work as shown."""

from __future__ import annotations

import doctest
from importlib import import_module

import pytest


@pytest.mark.parametrize(
    "module",
    [
        "wirematch.pipelines.decision_order",
        "wirematch.pipelines.input_rows",
        "wirematch_client.aio",
        "wirematch_client.blocking",
    ],
)
def test_the_examples_of_a_module(module):
    failed, attempted = doctest.testmod(import_module(module))

    assert attempted > 0
    assert failed == 0
