-- Notes that the translations of articles may be missing, from a while from now on.
-- KEYS: 1 sorted set of articles
-- ARGV: 1 ms until they are looked after, then ids
-- Returns when that is, ms since 1970.
local time = redis.call('TIME')
local due = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[1]
for i = 2, #ARGV do redis.call('ZADD', KEYS[1], due, ARGV[i]) end
return due
