"""The Lua scripts for state kept beside the index."""

from __future__ import annotations

from functools import partial

from wirematch.index.connections.scripts import load_script

_script = partial(load_script, "wirematch.state")

SETTLE = _script("clusters", "settle")
MEMBERS = _script("clusters", "members")
LEAVE = _script("clusters", "leave", flags="allow-oom")  # deleting must work when Redis is full
WRITE_KILL = _script("write_kill")
READ_KILL = _script("read_kill")
BEGIN = _script("begin")
FINISH = _script("finish")
FORGET = _script("forget", flags="allow-oom")

READ_RECORDS = _script("read_records", flags="no-writes")
SWAP_RECORD = _script("swap_record", flags="allow-oom")  # revoking a key must work when Redis is full
WRITE_IMPORTS = _script("write_imports")
READ_IMPORTS = _script("read_imports", flags="no-writes")
KEEP_IMPORTS_ALIVE = _script("keep_imports_alive")
STOP_IMPORTS = _script("stop_imports", flags="allow-oom")
DROP_IMPORTS = _script("drop_imports", flags="allow-oom")
NOTE_MENTION = _script("note_mention")
READ_MENTIONS = _script("read_mentions")
DROP_MENTIONS = _script("drop_mentions", flags="allow-oom")
DROP_NOTE = _script("drop_note", flags="allow-oom")
READ_ANSWER = _script("read_answer")
SWAP_ANSWER = _script("swap_answer", flags="allow-oom")
KEEP_VERSION = _script("keep_version")
READ_VERSIONS = _script("read_versions")
DROP_VERSIONS = _script("drop_versions", flags="allow-oom")
KEEP_CHECKED = _script("keep_checked")
READ_CHECKED = _script("read_checked")
WRITE_JUDGEMENT = _script("write_judgement")
DROP_JUDGEMENT = _script("drop_judgement", flags="allow-oom")
READ_JUDGEMENTS = _script("read_judgements")
NEWEST_JUDGEMENTS = _script("newest_judgements")
READ_PICKUPS = _script("read_pickups")
WRITE_PICKUPS = _script("write_pickups")
ADD_PENDING = _script("add_pending")
READ_PENDING = _script("read_pending", flags="no-writes")
CLAIM_PENDING = _script("claim_pending")
COMPLETE_PENDING = _script("complete_pending", flags="allow-oom")

READ_VERSIONS_LEFT = _script("read_versions_left")
READ_KILL_LEFT = _script("read_kill_left")
SCAN_MEMBERS = _script("clusters", "scan_members")
READ_MEMBERS = _script("clusters", "read_members", flags="no-writes")
PUT_MEMBERS = _script("clusters", "put_members")
