"""A tree of figures as printed."""

from __future__ import annotations

import io
import re

from rich.console import Console

from bench.commands.tables import print_figures

FIGURES = {
    "stored": 16_000,
    "load": [1.29931640625, 2.0],
    "prepared": {"a_second": {"median": 352.25, "from": 344.5, "to": 362.0}, "ms": {"median": 5.0, "from": 4.5}},
    "answers [of 10]": {"200": 9, "503": 1},
    "retry after": {"2": 1},
}


def test_figures_with_the_same_columns_stand_in_one_table_and_others_by_themselves():
    printed = io.StringIO()

    print_figures(Console(file=printed, width=100, color_system=None), "Streams", FIGURES)

    lines = [line.strip("│┃ ") for line in printed.getvalue().splitlines() if line[0] not in "┌└┏┡"]
    assert [[cell.strip() for cell in re.split("[│┃]", line)] for line in lines] == [
        ["Streams"],
        ["stored", "16,000"],
        ["load", "1.2993, 2.0"],
        ["Streams: prepared"],
        ["median", "from", "to"],
        ["a_second", "352.25", "344.5", "362.0"],
        ["ms", "5.0", "4.5"],
        ["Streams: answers [of 10]"],
        ["200", "9"],
        ["503", "1"],
        ["Streams: retry after"],
        ["2", "1"],
    ]
