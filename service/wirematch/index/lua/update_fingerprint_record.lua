-- Sets fields of the fingerprint record if a given generation is live and a deadline has not passed.
-- KEYS: 1 fingerprint record
-- ARGV: 1 generation that must be live, 2 deadline in ms since 1970, then field, value, field, value ...
-- Returns 1, or 0 if nothing was set.
local clock = redis.call('TIME')
local moment = clock[1] * 1000 + math.floor(clock[2] / 1000)
if redis.call('HGET', KEYS[1], 'generation') ~= ARGV[1] or moment > tonumber(ARGV[2]) then return 0 end
for at = 3, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 1]) end
return 1
