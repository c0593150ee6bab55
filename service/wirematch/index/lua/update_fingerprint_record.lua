-- Notes something in the record, unless another generation is live by now or it is too late.
-- KEYS: 1 record
-- ARGV: 1 generation that must be live, 2 ms since 1970 after which it is too late, then fields and values
-- Gives whether it was noted.
local clock = redis.call('TIME')
local moment = clock[1] * 1000 + math.floor(clock[2] / 1000)
if redis.call('HGET', KEYS[1], 'generation') ~= ARGV[1] or moment > tonumber(ARGV[2]) then return 0 end
for at = 3, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 1]) end
return 1
