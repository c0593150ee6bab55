-- KEYS: 1 hash of all records
-- Gives all fields, each with its record behind it.
return redis.call('HGETALL', KEYS[1])
