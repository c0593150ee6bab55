-- Removes, adds and postpones what is in the outbox, all or nothing.
-- KEYS: due, content. ARGV[1]: JSON with lists 'remove' of names, 'add' and 'postpone' of [name, ms from now, content].
-- Adding leaves alone what is there; postponing does not bring back what is gone. An empty content stays as it was.
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local change = cjson.decode(ARGV[1])
for _, name in ipairs(change.remove) do
  redis.call('ZREM', KEYS[1], name)
  redis.call('HDEL', KEYS[2], name)
end
for _, item in ipairs(change.add) do
  if redis.call('ZADD', KEYS[1], 'NX', now + item[2], item[1]) == 1 then
    redis.call('HSET', KEYS[2], item[1], item[3])
  end
end
for _, item in ipairs(change.postpone) do
  if redis.call('ZSCORE', KEYS[1], item[1]) then
    redis.call('ZADD', KEYS[1], now + item[2], item[1])
    if item[3] ~= '' then
      redis.call('HSET', KEYS[2], item[1], item[3])
    end
  end
end
return 1
