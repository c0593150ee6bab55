-- Ends the work on a request, with an answer that is kept or with none, so that it is begun again when it is repeated.
-- KEYS: 1 hash of the request
-- ARGV: 1 who worked on it, 2 answer or '', 3 ms for which the request is remembered
-- Gives whether it was still the caller's.
if redis.call('HGET', KEYS[1], 'worker') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'worker', '')
if ARGV[2] ~= '' then redis.call('HSET', KEYS[1], 'answer', ARGV[2]) end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
