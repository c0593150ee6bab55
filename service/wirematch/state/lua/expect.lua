-- Notes that something is left to do for articles, from a while from now on.
-- KEYS: 1 sorted set of articles
-- ARGV: 1 ms until they are looked after, 2 what of those that are noted already: 'NX' they stay as they are, 'CH' they are
--   noted anew, then ids
-- Returns when that is, ms since 1970.
local time = redis.call('TIME')
local due = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[1]
for i = 3, #ARGV do redis.call('ZADD', KEYS[1], ARGV[2], due, ARGV[i]) end
return due
