"""The ``wirematch`` command. What a command does is in :mod:`wirematch.commands`, its options in ``options`` there.

Each command imports what it needs when it is called, so that ``wirematch --version`` and ``--help`` do not wait for
the web server, numpy and the parsers (``python -m bench startup`` measures it).
"""

from __future__ import annotations

import errno
import os
import signal
import sys
from typing import Annotated

import typer

from wirematch import __version__
from wirematch.commands.ending import end_in_order, exit_status
from wirematch.commands.held_lines import lines_held
from wirematch.commands.help_texts import plain_help
from wirematch.commands.options.articles import add, check, compare, export
from wirematch.commands.options.backup import backup, restore
from wirematch.commands.options.digest import digest
from wirematch.commands.options.index import doctor, load, reindex
from wirematch.commands.options.keys import keys
from wirematch.commands.options.languages import languages
from wirematch.commands.options.serve import serve
from wirematch.commands.options.tenants import tenants
from wirematch.commands.options.tuning import explain, tune
from wirematch.errors import InvalidSettingError, WirematchError
from wirematch.pipelines.dedupe.command import dedupe
from wirematch.presentation.standard_output import ended_with_its_reader, escape_unknown_characters

_OUTPUT_FAILED = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
"""What writing to standard output meets when the file or disk behind it takes no more."""

app = typer.Typer(
    help="Find which stored wire stories an article copies, rewrites or takes passages from.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Run the command; an error is printed as one line on standard error, with exit status 2."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # closed by the caller; what is written to it is discarded
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115
    escape_unknown_characters()
    end_in_order()
    try:
        with lines_held(), ended_with_its_reader():
            app()
    except SystemExit as end:
        end.code = exit_status(end.code)
        raise
    except KeyboardInterrupt:  # before the command began
        sys.exit(exit_status(128 + signal.SIGINT))
    except WirematchError as error:
        _fail(error)
    except OSError as error:
        if error.errno not in _OUTPUT_FAILED:
            raise
        _fail(InvalidSettingError(f"The output cannot be written: {error.strerror}."))


def _fail(error: WirematchError) -> None:
    from wirematch.presentation.failure import print_failure

    print_failure(error)
    sys.exit(2)


for command in (
    serve,
    check,
    add,
    compare,
    reindex,
    doctor,
    load,
    export,
    backup,
    restore,
    dedupe,
    digest,
    explain,
    tune,
    languages,
):
    app.command()(command)
app.add_typer(keys, name="keys")
app.add_typer(tenants, name="tenants")
plain_help(app)


@app.callback(invoke_without_command=True)
def _options(
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
) -> None:
    if version:
        from wirematch.kernels import active_path

        typer.echo(f"wirematch {__version__} ({active_path()} kernels)")
        raise typer.Exit


if __name__ == "__main__":
    main()
