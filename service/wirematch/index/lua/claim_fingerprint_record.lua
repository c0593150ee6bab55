-- Reads the fingerprint record, created if there is none.
-- KEYS: 1 fingerprint record
-- ARGV: field, value, field, value ... of a new one
-- Returns the fields of the record.
if redis.call('EXISTS', KEYS[1]) == 0 then redis.call('HSET', KEYS[1], unpack(ARGV)) end
return redis.call('HGETALL', KEYS[1])
