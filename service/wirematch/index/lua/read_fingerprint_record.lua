-- Gives the time in ms since 1970, and the index's record.
-- KEYS: 1 record
local clock = redis.call('TIME')
return {clock[1] * 1000 + math.floor(clock[2] / 1000), redis.call('HGETALL', KEYS[1])}
