-- Sets fields of the fingerprint record if a given generation is live, a given rebuild is the last that was begun, and a
-- deadline has not passed.
-- KEYS: 1 fingerprint record
-- ARGV: 1 generation that must be live, 2 deadline in ms since 1970, 3 the rebuild ('' for any), then field, value, field,
--   value ...
-- Returns 1, or 0 if nothing was set.
local clock = redis.call('TIME')
local moment = clock[1] * 1000 + math.floor(clock[2] / 1000)
local found = redis.call('HMGET', KEYS[1], 'generation', 'rebuild')
if found[1] ~= ARGV[1] or moment > tonumber(ARGV[2]) or ARGV[3] ~= '' and found[2] ~= ARGV[3] then return 0 end
for at = 4, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 1]) end
return 1
