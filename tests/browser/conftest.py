"""One browser and one service with the samples; a page with console errors fails its test."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx2
import pytest
from playwright.sync_api import Browser

from support.browser import Watched, check, chromium
from support.live_service import LiveService
from support.waiting import PATIENCE_SECONDS, wait_for
from wirematch.presentation.pages.samples import KEPT_BACK, samples

Open = Callable[..., Watched]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def service(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveService]:
    running = LiveService(tmp_path_factory.mktemp("pages") / "data")
    try:
        running.wait_until_ready()
        ours = {"Origin": running.url}
        answer = httpx2.post(f"{running.url}/samples", headers=ours, timeout=PATIENCE_SECONDS)
        assert answer.status_code == 303
        for number in ("eleven", "twelve"):
            text = f"The lighthouse of Kelder Point went dark for {number} nights, and <b>nobody</b> knew why.\n\nLit."
            article = {
                "body": text,
                "headline": f"Dark for {number} nights",
                "source": "Norwind",
                "body_format": "text",
            }
            corrected = f"{running.url}/v1/articles/lamp-corrected"
            assert httpx2.put(corrected, json=article, timeout=PATIENCE_SECONDS).status_code < 300
        judged = f"{running.url}/articles/amber-lamps-rewrite/against/amber-lamps-wire"
        said = {"verdict": "wholly_derived", "note": "Every paragraph, in order."}
        assert httpx2.post(judged, data=said, headers=ours, timeout=PATIENCE_SECONDS).status_code == 303
        wait_for(lambda: "data-pending" not in running.get("/desk").text, "all that the desk shows")
        yield running
    finally:
        running.clear_away()


@pytest.fixture(scope="session")
def checks(service: LiveService) -> dict[str, str]:
    """Paths of checks of those samples that are not stored."""
    return {name: check(service.url, samples()[name].model_dump(mode="json")) for name, _ in KEPT_BACK}


@pytest.fixture
def visit(browser: Browser, service: LiveService) -> Iterator[Open]:
    """Open pages with a given window and colour scheme; console errors and failed requests fail the test."""
    visits: list[Watched] = []

    def visit(path: str, *, width: int = 1280, scheme: str = "light", script: bool = True) -> Watched:
        window = {"width": width, "height": 900}
        context = browser.new_context(viewport=window, color_scheme=scheme, java_script_enabled=script)
        watched = Watched(context, service.url)
        visits.append(watched)
        watched.open(path)
        return watched

    yield visit
    complaints = [complaint for watched in visits for complaint in watched.complaints]
    for watched in visits:
        watched.page.context.close()
    assert complaints == []
