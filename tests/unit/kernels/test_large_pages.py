"""Memory on large pages is what any other memory is."""

import mmap

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
