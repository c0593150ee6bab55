"""``python -m wirematch``: the ``wirematch`` command."""

from __future__ import annotations

from wirematch.cli import main

if __name__ == "__main__":
    main()
