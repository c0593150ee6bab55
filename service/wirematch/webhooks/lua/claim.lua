-- Takes what is due, so that nobody else does before the lease ends.
-- KEYS: due, content. ARGV: how many, lease in ms. Gives names and contents in turn.
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local taken = {}
for _, name in ipairs(redis.call('ZRANGE', KEYS[1], '-inf', now, 'BYSCORE', 'LIMIT', 0, ARGV[1])) do
  redis.call('ZADD', KEYS[1], now + ARGV[2], name)
  taken[#taken + 1] = name
  taken[#taken + 1] = redis.call('HGET', KEYS[2], name)
end
return taken
