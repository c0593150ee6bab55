-- Gives a request another answer, if it still has this one.
-- KEYS: 1 hash of the request
-- ARGV: 1 the answer as it was read, 2 the answer as it is to be
-- Returns whether it was changed.
if redis.call('HGET', KEYS[1], 'answer') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'answer', ARGV[2])
return 1
