-- Compare-and-set of the kill of a story.
-- KEYS: 1 kill
-- ARGV: 1 expected kill ('' for none), 2 new kill, 3 ms for which it is kept
-- Returns the kill that is stored now. It is the new one, or another than expected, and nothing was done.
local found = redis.call('GET', KEYS[1]) or ''
if found ~= ARGV[1] then return found end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return ARGV[2]
