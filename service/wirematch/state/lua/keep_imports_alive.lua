-- Renews the signs of life of imports that are marked; one that was abandoned or whose tenant is gone has no mark.
-- KEYS: 1 hash of all marks, 2 hash of signs of life
-- ARGV: fields
local time = redis.call('TIME')
for _, field in ipairs(ARGV) do
    if redis.call('HEXISTS', KEYS[1], field) == 1 then redis.call('HSET', KEYS[2], field, time[1]) end
end
