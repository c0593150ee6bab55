"""The competition: a minimal FastAPI service over stock datasketch, written as its documentation suggests.

One article per request: word 3-grams, ``MinHashLSH`` for Jaccard 0.5 on Redis, query and then insert, no comparison of
texts. ``STOCK_REDIS_SOCKET`` names the server's Unix socket.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import xxhash
from fastapi import FastAPI
from pydantic import BaseModel

from bench.accuracy.baselines import PERMUTATIONS, THRESHOLD, trigrams

if TYPE_CHECKING:
    from datasketch import MinHash, MinHashLSH


class Posted(BaseModel):
    """An article."""

    id: str
    body: str


def make_lsh(redis_socket: str) -> MinHashLSH:
    """Return an LSH index with stock settings on the Redis behind a socket."""
    from datasketch import MinHashLSH  # noqa: PLC0415 - it imports nearly all of SciPy, and others import this module

    storage = {"type": "redis", "basename": b"stock", "redis": {"unix_socket_path": redis_socket}}
    return MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS, storage_config=storage)


def sketch(body: str) -> MinHash:
    """Make a MinHash as in datasketch's documentation, with a faster hash."""
    from datasketch import MinHash  # noqa: PLC0415 - as above

    made = MinHash(num_perm=PERMUTATIONS, hashfunc=xxhash.xxh32_intdigest)
    made.update_batch(trigrams(body))
    return made


app = FastAPI()


@app.get("/ready")
def ready() -> str:
    """Whether the service is up."""
    return "yes"


@app.post("/articles")
def add(article: Posted) -> dict[str, list[str]]:
    """Store the article and return what it may be a copy of."""
    made = sketch(article.body)
    found = _lsh.query(made)
    _lsh.insert(article.id, made)
    return {"candidates": found}


if "STOCK_REDIS_SOCKET" in os.environ:
    _lsh = make_lsh(os.environ["STOCK_REDIS_SOCKET"])
