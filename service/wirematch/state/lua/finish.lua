-- Releases the lease of a request and stores its answer. Without an answer, the next attempt executes the request.
-- KEYS: 1 hash of the request
-- ARGV: 1 worker (token of the lease), 2 answer or '', 3 ms for which the request is kept
-- Returns 1, or 0 if another worker has taken the lease and nothing was done.
if redis.call('HGET', KEYS[1], 'worker') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'worker', '')
if ARGV[2] ~= '' then redis.call('HSET', KEYS[1], 'answer', ARGV[2]) end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
