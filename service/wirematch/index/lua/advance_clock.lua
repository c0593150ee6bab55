-- Advances the shard's clock, so that all later articles have later times of storing.
-- ARGV: 2 ms since 1970
local state = redis.call('HMGET', KEYS[1], 'pages', 'phase')
if not state[1] or state[2] == 'moved' then return GONE end
advance_clock(tonumber(ARGV[2]))
return 1
