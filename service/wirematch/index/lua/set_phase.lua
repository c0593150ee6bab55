-- Sets the phase of a rebuild (compare-and-set).
-- ARGV: 2 the rebuild, 3 expected phase, or '*' for any, 4 new phase, 5 its duration in ms
-- Returns the previous phase, or 'another' if it is that of another rebuild; if that is not the expected one, nothing is
-- changed. Nor is it if the state was removed, with its tenant: nobody would remove it again.
local found = redis.call('HMGET', KEYS[1], 'phase', 'till', 'pages', 'rebuild')
local phase = phase_of(found[1], found[2])
if phase ~= '' and found[4] and found[4] ~= ARGV[2] then return 'another' end
if not found[3] or ARGV[3] ~= '*' and phase ~= ARGV[3] then return phase end
if ARGV[4] == '' or (ARGV[4] == 'logged' and phase == '') then redis.call('DEL', prefix .. 'changes') end
redis.call('HSET', KEYS[1], 'phase', ARGV[4], 'till', now() + tonumber(ARGV[5]), 'rebuild', ARGV[2])
return phase
