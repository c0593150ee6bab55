-- Gives the index's fingerprint record; an index without one takes the one offered.
-- KEYS: 1 record
-- ARGV: field, value, field, value ...
if redis.call('EXISTS', KEYS[1]) == 0 then redis.call('HSET', KEYS[1], unpack(ARGV)) end
return redis.call('HGETALL', KEYS[1])
