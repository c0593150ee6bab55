-- Claims due tasks: postpones them by the length of the lease, so that no other process claims them until it ends.
-- KEYS: 1 sorted set of task names by due time, 2 hash of contents
-- ARGV: 1 how many at most, 2 lease in ms
-- Returns name, content, name, content ...
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local claimed = {}
for _, name in ipairs(redis.call('ZRANGE', KEYS[1], '-inf', now, 'BYSCORE', 'LIMIT', 0, ARGV[1])) do
  redis.call('ZADD', KEYS[1], now + ARGV[2], name)
  claimed[#claimed + 1] = name
  claimed[#claimed + 1] = redis.call('HGET', KEYS[2], name)
end
return claimed
