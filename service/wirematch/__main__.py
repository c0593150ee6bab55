"""The ``wirematch`` command, also as ``python -m wirematch``."""

from __future__ import annotations

from wirematch.importing import quit_when_interrupted


def main() -> None:
    """Import the command and run it."""
    quit_when_interrupted()
    from wirematch.cli import main as run  # noqa: PLC0415 - takes long, see above

    run()


if __name__ == "__main__":
    main()
