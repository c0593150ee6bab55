"""``wirematch dedupe``: read records, decide each, write what is kept; killed and run again, it goes on."""
