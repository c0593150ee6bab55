"""Decision records have one form, and ``docs/adr/README.md`` lists all of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "docs" / "adr"
RECORDS = {int(file.name[:4]): file for file in sorted(FOLDER.glob("[0-9]*.md"))}
HEADS = {number: file.read_text(encoding="utf-8").partition("**Context.**")[0] for number, file in RECORDS.items()}
STATUSES = ("accepted", "rejected", "superseded")


def entry(number: int, name: str) -> str:
    """Return one line of the head of a record, or nothing."""
    found = re.search(rf"^- \*\*{name}:\*\* (.+)$", HEADS[number], re.MULTILINE)
    return found[1] if found else ""


def numbers_in(text: str) -> set[int]:
    return {int(number) for number in re.findall(r"\[ADR (\d+)\]", text)}


def title(number: int) -> str:
    return HEADS[number].partition("\n")[0].removeprefix(f"# {number}. ")


def listed() -> list[tuple[int, bool, str, str, str]]:
    """Return the rows of the list: number, whether it is marked, title, file, status."""
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+)( ★)? \| \[(.+)\]\((\S+\.md)\) \| (.+) \|$", text, re.MULTILINE)
    return [(int(number), bool(mark), name, file, status) for number, mark, name, file, status in rows]


@pytest.mark.parametrize("number", RECORDS)
def test_a_record_has_a_title_a_status_and_a_date(number):
    assert title(number).strip()
    assert not title(number).startswith("#")
    assert entry(number, "Status").startswith(STATUSES)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", entry(number, "Date"))


@pytest.mark.parametrize("number", RECORDS)
def test_the_title_of_a_rejected_record_says_so(number):
    assert title(number).startswith("Rejected: ") == (entry(number, "Status") == "rejected")


@pytest.mark.parametrize("number", RECORDS)
def test_records_that_change_each_other_link_to_each_other(number):
    for later in numbers_in(entry(number, "Amended by")):
        assert number in numbers_in(entry(later, "Amends"))
    for earlier in numbers_in(entry(number, "Amends")):
        assert number in numbers_in(entry(earlier, "Amended by"))
    for later in numbers_in(entry(number, "Status")):
        assert number in numbers_in(entry(later, "Supersedes"))
    for earlier in numbers_in(entry(number, "Supersedes")):
        assert number in numbers_in(entry(earlier, "Status"))


def test_the_list_has_every_record_once_with_its_title_and_status():
    rows = listed()

    assert sorted(number for number, *_ in rows) == sorted(RECORDS)
    for number, _, name, file, status in rows:
        assert (name, file) == (title(number), RECORDS[number].name)
        assert status.split()[0].strip(";") == entry(number, "Status").split()[0]
        changed_by = numbers_in(entry(number, "Amended by")) | numbers_in(entry(number, "Status"))
        assert {int(later) for later in re.findall(r"\[(\d+)\]", status)} <= changed_by


def test_twenty_records_are_marked_for_newcomers():
    assert sum(mark for _, mark, *_ in listed()) == 20
