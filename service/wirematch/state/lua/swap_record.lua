-- Writes a record if nobody else has written it meanwhile.
-- KEYS: 1 hash of all records
-- ARGV: 1 its field, 2 the record as it was read or '' for none, 3 the record as it is to be
-- Gives whether it was written.
if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
