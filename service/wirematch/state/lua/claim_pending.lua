-- Takes articles for which something is to be done now; nobody else gets them for a while.
-- KEYS: 1 sorted set of articles
-- ARGV: 1 how many, 2 ms until they are due again
-- Returns when that is, ms since 1970, and their ids.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ids = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ARGV[1])
for _, id in ipairs(ids) do redis.call('ZADD', KEYS[1], now + ARGV[2], id) end
return {now + ARGV[2], ids}
