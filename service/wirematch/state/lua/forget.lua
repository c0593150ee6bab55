-- Deletes a refused request, as it stored nothing.
-- KEYS: 1 hash of the request
-- ARGV: 1 worker (token of the lease)
-- Returns whether the worker still had the lease; if not, nothing was done.
if redis.call('HGET', KEYS[1], 'worker') ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
