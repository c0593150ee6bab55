from __future__ import annotations

from bench.cost.scale import loading_seconds

LOG = """\
25050:M 30 Nov 2026 05:17:44.379 * Configuration loaded
25050:M 30 Nov 2026 05:17:44.887 * DB loaded from base file appendonly.aof.1.base.rdb: 0.900 seconds
25059:M 30 Nov 2026 05:17:46.887 * DB loaded from base file appendonly.aof.2.base.rdb: 18.004 seconds
25059:M 30 Nov 2026 05:17:46.893 * DB loaded from incr file appendonly.aof.2.incr.aof: 15.006 seconds
25059:M 30 Nov 2026 05:17:46.893 * DB loaded from append only file: 33.010 seconds
"""


def test_the_last_start_counts():
    assert loading_seconds(LOG) == {"base_file_seconds": 18.004, "incr_file_seconds": 15.006}


def test_a_server_that_loaded_nothing_has_no_times():
    assert loading_seconds("25050:M 30 Nov 2026 05:17:44.379 * Configuration loaded\n") == {}
