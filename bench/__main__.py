"""``python -m bench``: benchmarks that anyone can repeat."""

from __future__ import annotations

import typer

from bench.commands.cost import cost
from bench.commands.quality import quality

app = typer.Typer(help="Measure Wirematch.", no_args_is_help=True, add_completion=False)
app.add_typer(quality)
app.add_typer(cost)


if __name__ == "__main__":
    app()
