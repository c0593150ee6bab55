-- Claims due tasks: postpones them by the length of the lease, so that no other process claims them until it ends.
-- KEYS: 1 sorted set of task names by due time, 2 hash of contents, 3 when tasks were last claimed
-- ARGV: 1 how many at most, 2 lease in ms
-- Returns name, content, name, content ...
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local NOTED_EVERY, BACK = 5000, 60000
local seen = tonumber(redis.call('GET', KEYS[3]) or 0)
if now + BACK < seen then
  -- The clock was set back: tasks are due by the clock as it was, and would wait until it is that time again.
  local tasks = redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
  for i = 1, #tasks, 2 do redis.call('ZADD', KEYS[1], tonumber(tasks[i + 1]) - (seen - now), tasks[i]) end
end
if math.abs(now - seen) > NOTED_EVERY then redis.call('SET', KEYS[3], now) end
local claimed = {}
for _, name in ipairs(redis.call('ZRANGE', KEYS[1], '-inf', now, 'BYSCORE', 'LIMIT', 0, ARGV[1])) do
  redis.call('ZADD', KEYS[1], now + ARGV[2], name)
  claimed[#claimed + 1] = name
  claimed[#claimed + 1] = redis.call('HGET', KEYS[2], name)
end
return claimed
