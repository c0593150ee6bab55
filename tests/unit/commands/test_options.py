"""Constants that the command line repeats, in order to start without imports, agree with their definitions."""

from __future__ import annotations

import functools
import inspect
import subprocess
import sys
from collections.abc import Iterator

import pytest
import typer
from typer.testing import CliRunner

from wirematch.cli import app
from wirematch.commands.options.shared import FORMAT_NAMES
from wirematch.formats.registry import Format
from wirematch.pipelines.dedupe.command import dedupe
from wirematch.pipelines.input_rows import Fields

HEAVY = {
    "datasketch",
    "fastapi",
    "lxml",
    "numpy",
    "pydantic",
    "redis",
    "scipy",
    "trafilatura",
    "uvicorn",
    "wirematch.index",
    "wirematch.formats",
    "wirematch.pipelines.dedupe.launch",
}


def modules_loaded_by(program: str) -> set[str]:
    """Return the modules loaded at the end of ``program``, run in a process."""
    code = f"{program}\nimport sys; print('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return set(done.stdout.splitlines())


def commands_of(group: typer.Typer, *before: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the names of each command, and its help."""
    for command in group.registered_commands:
        assert command.callback is not None
        yield (*before, command.name or command.callback.__name__), inspect.getdoc(command.callback) or ""
    for inner in group.registered_groups:
        assert inner.typer_instance is not None
        yield from commands_of(inner.typer_instance, *before, str(inner.name))


@functools.cache
def help_of(names: tuple[str, ...]) -> str:
    """What a command says on a terminal so wide that no paragraph is wrapped."""
    return CliRunner(env={"COLUMNS": "1000"}).invoke(app, [*names, "--help"]).output


@pytest.mark.parametrize(
    ("names", "written"), list(commands_of(app)), ids=lambda part: " ".join(part) if isinstance(part, tuple) else ""
)
def test_help_is_wrapped_by_the_terminal_alone(names, written):
    shown = {line.strip() for line in help_of(names).splitlines()}

    assert {" ".join(paragraph.split()) for paragraph in written.split("\n\n")} <= shown


@pytest.mark.parametrize("names", [(), ("keys",), *(names for names, _ in commands_of(app))], ids=" ".join)
def test_help_shows_no_value_for_flags(names):
    shown = help_of(names)

    assert "--help" in shown
    assert "<bool" not in shown


@functools.cache
def whole_command() -> object:
    return typer.main.get_command(app)


def options_of(names: tuple[str, ...]) -> set[str]:
    command = whole_command()
    for name in names:
        command = command.commands[name]  # type: ignore[attr-defined]  # a group
    return {option for parameter in command.params for option in parameter.opts}


TOGETHER = [
    {"--format", "--charset", "--strict"},
    {"--source", "--kind", "--published-after", "--published-before"},
    {"--data-dir", "--redis-url"},
]
ALONE = {("digest",): {"--format"}, ("dedupe",): {"--format", "--charset"}, ("add",): {"--source"}}
"""Options that mean something else; and ``dedupe`` has no ``--strict``, as it takes files of any quality."""


@pytest.mark.parametrize("names", [names for names, _ in commands_of(app)], ids=" ".join)
def test_options_that_belong_together_are_had_together(names):
    given = options_of(names) - ALONE.get(names, set())

    for group in TOGETHER:
        assert given & group in ({*()}, group)


def test_the_help_names_every_format():
    assert list(FORMAT_NAMES) == [str(name) for name in Format]


def test_dedupe_has_the_default_fields():
    options = {"id_field": "id", "text_field": "body", "headline_field": "headline", "source_field": "source"}
    options["time_field"] = "published_at"
    parameters = inspect.signature(dedupe).parameters

    assert {name: parameters[name].default for name in options} == {
        name: getattr(Fields(), field) for name, field in options.items()
    }


def test_the_options_are_read_without_what_commands_need():
    assert not HEAVY & modules_loaded_by("import wirematch.cli")


def test_the_service_and_its_command_do_not_load_scipy():
    loaded = modules_loaded_by("import wirematch.app, wirematch.commands.serve, wirematch.commands.articles")

    assert {"wirematch.fingerprint.minhash", "uvicorn", "fastapi"} <= loaded
    assert not {"scipy", "datasketch"} & loaded


def test_the_help_of_serve_leaves_room_for_what_it_says(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    shown = CliRunner().invoke(app, ["serve", "--help"]).output

    assert "Address to listen on. " in shown
    assert "--access-log" not in shown.replace("--no-access-log", "")
