-- KEYS: 1 hash of all keys
-- Gives all ids, each with its record behind it.
return redis.call('HGETALL', KEYS[1])
