"""The Lua scripts of what is kept beside the index: clusters, withdrawals, repeatable requests."""

from __future__ import annotations

from wirematch.index.scripts import Script, load_script


def _script(*names: str, flags: str = "") -> Script:
    return load_script("wirematch.state", *names, flags=flags)


SETTLE = _script("clusters", "settle")
MEMBERS = _script("clusters", "members")
LEAVE = _script("clusters", "leave", flags="allow-oom")  # deleting works in a full Redis, too
KILL = _script("kill")
NOTED = _script("noted")
BEGIN = _script("begin")
FINISH = _script("finish")
KEEP = _script("keep")
JUDGE = _script("judge")
UNJUDGE = _script("unjudge", flags="allow-oom")
JUDGED = _script("judged")
JUDGEMENTS = _script("judgements")
PICKED = _script("picked")
NOTE_PICKUPS = _script("note_pickups")
