-- Advances the shard's clock, so that all articles stored from now on have later times of storing.
-- ARGV: 2 ms since 1970
advance_clock(tonumber(ARGV[2]))
return 1
