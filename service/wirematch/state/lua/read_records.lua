-- Reads all records.
-- KEYS: 1 hash of all records
-- Returns field, record, field, record ...
return redis.call('HGETALL', KEYS[1])
