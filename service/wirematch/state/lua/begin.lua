-- Begins to work on a request that its sender may repeat.
-- KEYS: 1 hash of the request
-- ARGV: 1 digest of what is asked, 2 id for an article that has none, 3 who works on it, 4 ms after which another may,
--   5 ms for which the request is remembered
-- Gives {'first' or 'again', id} when the caller is to work on it, {'done', answer}, {'running'} when another works on it,
-- or {'other'} when something else was asked before.
local found = redis.call('HMGET', KEYS[1], 'digest', 'id', 'worker', 'till', 'answer')
local clock = redis.call('TIME')
local moment = clock[1] * 1000 + math.floor(clock[2] / 1000)
if found[1] and found[1] ~= ARGV[1] then return {'other'} end
if found[5] then return {'done', found[5]} end
if found[3] and found[3] ~= '' and tonumber(found[4]) > moment then return {'running'} end
local id = found[2] or ARGV[2]
redis.call('HSET', KEYS[1], 'digest', ARGV[1], 'id', id, 'worker', ARGV[3], 'till', moment + tonumber(ARGV[4]))
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return {found[1] and 'again' or 'first', id}
