"""Make a fixture of an index as an earlier release wrote it: ``record.py CHECKOUT OUT``, in the present environment.

CHECKOUT is a clone of this repository at that release. Its own program stores sample stories in an empty Valkey.
OUT.resp.gz gets the commands that recreate the keys, and OUT.json what that program decides on articles that it did not
store.
"""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import redis

from wirematch.index.embedded.store import EmbeddedStore

STORED = ["harbour-bridge/wire", "harbour-bridge/rewrite", "amber-lamps/wire", "reservoir-verdict/wire"]
STORED += ["reservoir-verdict/copy", "strait-accord/wire", "quillern-layoffs/wire"]
ASKED = ["harbour-bridge/copy", "harbour-bridge/independent", "amber-lamps/rewrite", "reservoir-verdict/rewrite"]
ASKED += ["strait-accord/excerpt", "strait-accord/copy", "quillern-layoffs/rewrite"]
WITHDRAWN = {"uri": "urn:norwind:ferry", "version": "2", "pubstatus": "canceled", "type": "text"}


def main(checkout: Path, out: Path) -> None:
    with tempfile.TemporaryDirectory() as folder, EmbeddedStore(Path(folder)) as store:
        program = [sys.executable, "-m", "service.cli"]
        environment = os.environ | {"PYTHONPATH": str(checkout)}

        def run(*arguments: str) -> list[dict]:
            done = subprocess.run(
                [*program, *arguments, "--json", "--redis-url", store.url],
                cwd=checkout,
                env=environment,
                check=True,
                capture_output=True,
                text=True,
            )
            return [json.loads(done.stdout)] if arguments[0] == "check" else []

        kill = Path(folder) / "kill.json"
        kill.write_text(json.dumps(WITHDRAWN))
        run("add", *(f"demo/stories/{name}.json" for name in STORED))
        run("add", "--format", "ninjs", str(kill))
        decided = {}
        for name in ASKED:
            [report] = run("check", f"demo/stories/{name}.json")
            decided[name] = {"decision": report["decision"], "original_id": report["original_id"]}
        out.with_suffix(".json").write_text(json.dumps({"stored": STORED, "decided": decided}, indent=1) + "\n")
        with redis.Redis.from_url(store.url) as client:
            commands = [command for key in sorted(client.scan_iter()) for command in commands_for(client, key)]
        with gzip.GzipFile(out.with_suffix(".resp.gz"), "wb", mtime=0) as file:
            file.writelines(encoded(*command) for command in commands)


def commands_for(client: redis.Redis, key: bytes) -> list[list[bytes]]:
    """Return the commands that recreate a key; kills and the like never expire, so that the fixture stays valid."""
    kind = client.type(key)
    if kind == b"string":
        return [[b"SET", key, client.get(key)]]
    if kind == b"hash":
        return [[b"HSET", key, *(part for pair in sorted(client.hgetall(key).items()) for part in pair)]]
    if kind == b"zset":
        scores = client.zrange(key, 0, -1, withscores=True)
        return [[b"ZADD", key, *(part for member, score in scores for part in (repr(score).encode(), member))]]
    raise ValueError(f"{key!r} is a {kind!r}")


def encoded(*parts: bytes) -> bytes:
    """Encode a command as a client sends it (RESP)."""
    return b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
