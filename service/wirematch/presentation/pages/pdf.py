"""PDFs made by WeasyPrint (the extra ``pdf``); as a program, converts HTML on standard input."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from typing import Any, NoReturn
from unicodedata import bidirectional
from xml.etree.ElementTree import Element

NO_LIBRARIES = 69
"""Exit code of the program where Pango is missing (EX_UNAVAILABLE of sysexits.h)."""
STYLE = """
.credit svg { display: none } /* WeasyPrint gives a page's style to no SVG within */
h1 { font: bold 17pt/1.2 serif } /* it does not know clamp() */
[dir=rtl] { direction: rtl; text-align: right }
[dir=ltr] { direction: ltr; text-align: left }
.figures { display: table; width: 100%; table-layout: fixed; border-collapse: collapse }
.figures { background: none; border: 0; overflow: visible }
.figures div { display: table-cell; border: 0.5pt solid #bbb; padding: 6pt 8pt; vertical-align: top }
.figures dt { font-size: 8pt }
"""
"""Style changes for print."""


@cache
def can_make_pdf() -> bool:
    """Whether WeasyPrint is installed; its native libraries (Pango) may still be missing."""
    return find_spec("weasyprint") is not None


def make_pdf(html: str) -> bytes:
    """Render a self-contained page as PDF. Neither files nor URLs are loaded."""
    from weasyprint import HTML  # noqa: PLC0415 - an extra, half a second to load

    styled = html.replace("</head>", f"<style>{STYLE}</style></head>", 1)  # at the end, or the page's own would win
    document = HTML(string=styled, url_fetcher=_refuse)
    give_directions(document.etree_element)
    pdf: bytes = document.write_pdf()
    return pdf


def give_directions(root: Element) -> None:
    """Say of each element with ``dir="auto"`` how its text is read, as browsers do; WeasyPrint takes all for English.

    A text read from the right would otherwise have its Latin names in the wrong place, and its full stops in front.
    """
    for element in root.iter():
        if element.get("dir") == "auto":
            letters = (bidirectional(letter) for part in _texts(element) for letter in part)
            strong = next((one for one in letters if one in {"L", "R", "AL"}), "L")
            element.set("dir", "ltr" if strong == "L" else "rtl")


def _texts(element: Element) -> Iterator[str]:
    """Yield the text within, but for that of elements with a direction of their own."""
    yield element.text or ""
    for child in element:
        if child.tag != "bdi" and child.get("dir") is None:
            yield from _texts(child)
        yield child.tail or ""


def _refuse(url: str, *_: Any, **__: Any) -> NoReturn:
    raise ValueError(f"nothing is loaded into a PDF: {url[:80]}")


def main() -> None:
    """Convert what stands on standard input."""
    try:
        import weasyprint  # noqa: F401, PLC0415 - an extra
    except OSError as error:  # it loads Pango with dlopen
        sys.stderr.write(str(error))
        sys.exit(NO_LIBRARIES)
    sys.stdout.buffer.write(make_pdf(sys.stdin.buffer.read().decode()))


if __name__ == "__main__":
    main()
