-- Brings the shard from one phase of a rebuild into the next.
-- ARGV: 2 phase that it must be in, or '*', 3 new phase, 4 ms that it lasts
-- Gives the phase that it was in; another than the one named stays.
local found = redis.call('HMGET', KEYS[1], 'phase', 'till')
local phase = phase_of(found[1], found[2])
if ARGV[2] ~= '*' and phase ~= ARGV[2] then return phase end
if ARGV[3] == 'logged' and phase == '' then redis.call('DEL', prefix .. 'changes') end
redis.call('HSET', KEYS[1], 'phase', ARGV[3], 'till', now() + tonumber(ARGV[4]))
return phase
