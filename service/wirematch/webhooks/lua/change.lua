-- Removes, adds and postpones tasks of the outbox atomically.
-- KEYS: 1 sorted set of task names by due time, 2 hash of contents, 3 unused
-- ARGV: 1 JSON: 'remove' is a list of names; 'add' and 'postpone' are lists of [name, delay in ms, content]
-- An added task that exists stays as it is. A postponed task that does not exist is not added; with an empty content, it
-- keeps its content.
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local change = cjson.decode(ARGV[1])
for _, name in ipairs(change.remove) do
  redis.call('ZREM', KEYS[1], name)
  redis.call('HDEL', KEYS[2], name)
end
for _, task in ipairs(change.add) do
  if redis.call('ZADD', KEYS[1], 'NX', now + task[2], task[1]) == 1 then
    redis.call('HSET', KEYS[2], task[1], task[3])
  end
end
for _, task in ipairs(change.postpone) do
  if redis.call('ZSCORE', KEYS[1], task[1]) then
    redis.call('ZADD', KEYS[1], now + task[2], task[1])
    if task[3] ~= '' then
      redis.call('HSET', KEYS[2], task[1], task[3])
    end
  end
end
return 1
