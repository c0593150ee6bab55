-- Writes marks of imports.
-- KEYS: 1 hash of all marks
-- ARGV: field, mark, field, mark ...
return redis.call('HSET', KEYS[1], unpack(ARGV))
