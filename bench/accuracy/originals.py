"""Near-equal articles posted by many concurrent clients to several processes: does each group get one original?"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import httpx2

from bench.cost.groups import measure_groups
from bench.data.synthetic import Newsroom
from bench.serving.processes import free_port, running, service_command
from wirematch.index.embedded.store import EmbeddedStore

PROCESSES, CLIENTS = 2, 32
OVERLOADED = 503
BULK_SHARE, BULK_LINES = 0.25, 10
"""Share of the clients that post streams, and articles per stream."""
GROUP_SIZES = (2, 12)
SENTENCES = 8
TIMES = ("2026-03-03T10:00:00Z", "2026-03-03T10:00:01Z", "2026-03-03T12:00:00+01:00")
"""One third of the groups have no publication times, one third equal ones, one third different ones."""

Articles = list[dict[str, Any]]


@dataclass
class PutOutcome:
    """The result for one group."""

    size: int
    originals: list[str] = field(default_factory=list)
    elsewhere: int = 0
    """Articles that refer to anything but the one original."""
    incomplete: bool = False
    """Whether the service's cluster differs from the group posted, or begins with another article."""

    @property
    def right(self) -> bool:
        return len(self.originals) == 1 and not self.elsewhere and not self.incomplete


def measure_originals(runs: int, articles: int, redis_url: str | None, shards: int) -> dict[str, Any]:
    """Post ``articles`` in each of ``runs``, to the Redis at ``redis_url`` or an embedded one."""
    newsroom = Newsroom(seed=11)
    outcomes: list[PutOutcome] = []
    seconds: list[float] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="wirematch-originals-")))
        cost = asyncio.run(_cost_of_groups(folder))
        url = redis_url or stack.enter_context(EmbeddedStore(folder / "data")).url
        ports = stack.enter_context(services(url, shards=shards))
        for run in range(runs):
            groups = make_groups(newsroom, run, articles)
            found, took = asyncio.run(post_groups(ports, groups, seed=run))
            outcomes += found
            seconds.append(took)
            wrong = sum(not outcome.right for outcome in found)
            print(f"run {run + 1}: {len(found)} groups, {wrong} wrong, {took:.1f} s", flush=True)
            for outcome in found:
                if not outcome.right:
                    print(outcome, flush=True)
    return {
        "runs": runs,
        "articles a run": articles,
        "processes": PROCESSES,
        "clients": CLIENTS,
        "shards": shards,
        "groups posted": len(outcomes),
        "groups with exactly one original": sum(len(outcome.originals) == 1 for outcome in outcomes),
        "groups by number of originals": dict(sorted(Counter(str(len(one.originals)) for one in outcomes).items())),
        "articles that point elsewhere": sum(outcome.elsewhere for outcome in outcomes),
        "groups told wrongly": sum(outcome.incomplete for outcome in outcomes),
        "groups wholly right": sum(outcome.right for outcome in outcomes),
        "groups": cost,
        "articles a second, median": round(articles / median(seconds), 1),
    }


async def _cost_of_groups(folder: Path) -> dict[str, float]:
    with EmbeddedStore(folder / "groups") as store:
        return await measure_groups(store.url)


@contextmanager
def services(
    redis_url: str, *, shards: int = 1, processes: int = PROCESSES, index: str = "main"
) -> Iterator[list[int]]:
    """Run processes of the service on one Redis, each on its own port."""
    environment = {"WIREMATCH_SHARDS": str(shards), "WIREMATCH_INDEX": index, "WIREMATCH_MAX_WAITING": "1000"}
    with ExitStack() as stack:
        ports = [free_port() for _ in range(processes)]
        for port in ports:
            command = [*service_command(port, 1), "--redis-url", redis_url]
            stack.enter_context(running(command, environment, f"http://127.0.0.1:{port}/readyz"))
        yield ports


def make_groups(newsroom: Newsroom, run: int, articles: int) -> list[Articles]:
    """Return articles in groups: every second member is the story itself, the others are retouched."""
    draw = random.Random(f"groups {run}")
    groups: list[Articles] = []
    while (left := articles - sum(map(len, groups))) > 0:
        size = min(left, draw.randint(*GROUP_SIZES))
        place, clock = len(groups), draw.choice(("none", "same", "different"))
        bodies = newsroom.retouched(run * articles + place, size, SENTENCES)
        groups.append(
            [
                {"id": f"run{run}-group{place}-{number}", "source": f"Outlet {number}", "body": body}
                | ({} if clock == "none" else {"published_at": TIMES[0] if clock == "same" else draw.choice(TIMES)})
                for number, body in enumerate(bodies)
            ]
        )
    return groups


async def post_groups(ports: Sequence[int], groups: Sequence[Articles], seed: int) -> tuple[list[PutOutcome], float]:
    """Post all concurrently, groups kept together; return the outcomes of the groups and the seconds taken."""
    draw = random.Random(f"order {seed}")
    shuffled = [draw.sample(group, len(group)) for group in groups]
    rest = iter([article for group in shuffled for article in group])
    answers: dict[str, tuple[str, str | None]] = {}
    limits = httpx2.Limits(max_connections=CLIENTS, max_keepalive_connections=CLIENTS)
    async with httpx2.AsyncClient(timeout=300, limits=limits) as client:

        async def work(number: int) -> None:
            url = f"http://127.0.0.1:{ports[number % len(ports)]}/v1/articles"
            streams = number < BULK_SHARE * CLIENTS
            while batch := list(islice(rest, BULK_LINES if streams else 1)):
                answers.update(await (_post_stream if streams else _post_one)(client, url, batch))

        started = time.perf_counter()
        await asyncio.gather(*(work(number) for number in range(CLIENTS)))
        took = time.perf_counter() - started
        return [await _outcome(client, ports[0], group, answers) for group in groups], took


async def _post_one(client: httpx2.AsyncClient, url: str, batch: Articles) -> dict[str, tuple[str, str | None]]:
    response = await _taken(client, url, json=batch[0])
    report = response.json()["report"]
    return {batch[0]["id"]: (report["decision"], report["original_id"])}


async def _post_stream(client: httpx2.AsyncClient, url: str, batch: Articles) -> dict[str, tuple[str, str | None]]:
    lines = "".join(f"{json.dumps(article)}\n" for article in batch)
    response = await _taken(client, f"{url}/bulk", content=lines, headers={"content-type": "application/x-ndjson"})
    results = [json.loads(line) for line in response.text.splitlines()[:-1]]
    return {result["id"]: (result["decision"], result.get("original_id")) for result in results}


async def _taken(client: httpx2.AsyncClient, url: str, **request: Any) -> httpx2.Response:
    """Return the response once the service has room; a refusal always concerns the whole request."""
    while True:
        response = await client.post(url, **request)
        if response.status_code != OVERLOADED:
            response.raise_for_status()
            return response
        await asyncio.sleep(float(response.headers.get("retry-after", 1)))


async def _outcome(
    client: httpx2.AsyncClient, port: int, group: Articles, answers: dict[str, tuple[str, str | None]]
) -> PutOutcome:
    ids = [article["id"] for article in group]
    originals = [name for name in ids if answers[name][0] == "new"]
    elsewhere = sum(answers[name][1] not in originals for name in ids if name not in originals)
    response = await client.get(f"http://127.0.0.1:{port}/v1/articles/{ids[-1]}/cluster", params={"limit": 1_000})
    told = [member["id"] for member in response.json()["members"]]
    return PutOutcome(len(ids), originals, elsewhere, sorted(told) != sorted(ids) or told[:1] != originals[:1])
