-- Removes marks of imports.
-- KEYS: 1 hash of all marks
-- ARGV: fields
return redis.call('HDEL', KEYS[1], unpack(ARGV))
