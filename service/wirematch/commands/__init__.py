"""What each command of ``wirematch`` does; its options are in :mod:`wirematch.cli`, which imports these when asked."""
