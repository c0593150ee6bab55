-- Takes the lease of a request that has an idempotency key.
-- KEYS: 1 hash of the request
-- ARGV: 1 digest of the request, 2 id for an article without one, 3 worker (token of the lease), 4 lease in ms,
--   5 ms for which the request is kept
-- Returns {'first', id} or, after an attempt that did not complete, {'retry', id}: the worker has the lease; {'done', answer};
-- {'running'}: another worker has the lease; {'mismatch'}: the key was used with another digest.
local found = redis.call('HMGET', KEYS[1], 'digest', 'id', 'worker', 'till', 'answer')
local clock = redis.call('TIME')
local moment = clock[1] * 1000 + math.floor(clock[2] / 1000)
if found[1] and found[1] ~= ARGV[1] then return {'mismatch'} end
if found[5] then return {'done', found[5]} end
-- A lease that ends later than a new one would is from before the clock was set back, and counts as expired.
local left = tonumber(found[4] or 0) - moment
if found[3] and found[3] ~= '' and left > 0 and left <= tonumber(ARGV[4]) then return {'running'} end
local id = found[2] or ARGV[2]
redis.call('HSET', KEYS[1], 'digest', ARGV[1], 'id', id, 'worker', ARGV[3], 'till', moment + tonumber(ARGV[4]))
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return {found[1] and 'retry' or 'first', id}
