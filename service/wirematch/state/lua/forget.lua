-- Forgets a request that was refused, so that nothing is kept of what stored nothing.
-- KEYS: 1 hash of the request
-- ARGV: 1 who worked on it
-- Gives whether it was still the caller's.
if redis.call('HGET', KEYS[1], 'worker') ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
