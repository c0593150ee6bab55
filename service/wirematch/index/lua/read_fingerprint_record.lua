-- KEYS: 1 fingerprint record
-- Returns {ms since 1970, fields of the record}.
local clock = redis.call('TIME')
return {clock[1] * 1000 + math.floor(clock[2] / 1000), redis.call('HGETALL', KEYS[1])}
