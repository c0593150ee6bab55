-- Writes marks of imports, with a first sign of life.
-- KEYS: 1 hash of all marks, 2 hash of signs of life
-- ARGV: field, mark, field, mark ...
local time = redis.call('TIME')
for at = 1, #ARGV, 2 do -- a backup may have any number of tenants
    redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 1])
    redis.call('HSET', KEYS[2], ARGV[at], time[1])
end
