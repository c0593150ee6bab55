"""Check the built site: every link must have a target, and nothing may be loaded from another host."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

SITE = Path("build/site")
LOADED = {
    "script": "src",
    "img": "src",
    "source": "src",
    "iframe": "src",
    "video": "src",
    "audio": "src",
    "object": "data",
}
"""Elements that make a browser load something, with the attribute that says from where."""
LOADED_LINKS = {"stylesheet", "preconnect", "dns-prefetch", "icon", "preload", "modulepreload", "manifest", "prefetch"}
IN_STYLE = re.compile(r"""(?:url\(\s*|@import\s+)["']?((?:https?:)?//[^"')\s]+)""")


class Page(HTMLParser):
    """The ids of a page, its links, and what it loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.feed(text)
        self.loads += IN_STYLE.findall(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """See HTMLParser."""
        has = dict(attrs)
        self.ids.update(filter(None, (has.get("id"), has.get("name"))))
        if tag == "a" and has.get("href"):
            self.links.append(has["href"] or "")
        if tag in LOADED and has.get(LOADED[tag]):
            self.loads.append(has[LOADED[tag]] or "")
        if tag == "link" and LOADED_LINKS & set((has.get("rel") or "").split()):
            self.loads.append(has.get("href") or "")


def main() -> int:
    """Return the exit status."""
    pages = {file: Page(file.read_text(encoding="utf-8")) for file in sorted(SITE.rglob("*.html"))}
    places = {file.resolve(): page for file, page in pages.items()}
    findings = [finding for file, page in pages.items() for finding in _findings(file, page, places)]
    for file in SITE.rglob("*.css"):
        findings += [f"{file}: loads {address}" for address in IN_STYLE.findall(file.read_text(encoding="utf-8"))]
    for finding in findings:
        print(finding)
    links = sum(len(page.links) for page in pages.values())
    print(f"{SITE}: {len(pages)} pages, {links} links, {len(findings)} findings.")
    return 1 if findings or not pages else 0


def _findings(file: Path, page: Page, places: dict[Path, Page]) -> Iterator[str]:
    for address in page.loads:
        if _is_elsewhere(address):
            yield f"{file}: loads {address}"
    if file.name == "404.html":  # its links are relative to the site's root
        return
    for address in (*page.links, *page.loads):
        parts = urlsplit(address)
        if _is_elsewhere(address) or parts.scheme:
            continue
        target = (file.parent / unquote(parts.path)).resolve() if parts.path else file.resolve()
        if target.is_dir():
            target /= "index.html"
        if not target.exists():
            yield f"{file}: {address} leads nowhere"
        elif parts.fragment and target.suffix == ".html":
            known = places.get(target)
            if known is None or unquote(parts.fragment) not in known.ids:
                yield f"{file}: {address} leads to no place of the page"


def _is_elsewhere(address: str) -> bool:
    return address.startswith(("http:", "https:", "//"))


if __name__ == "__main__":
    sys.exit(main())
