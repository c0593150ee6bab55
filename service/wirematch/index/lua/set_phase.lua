-- Sets the phase of a rebuild (compare-and-set).
-- ARGV: 2 expected phase, or '*' for any, 3 new phase, 4 its duration in ms
-- Returns the previous phase; if that is not the expected one, nothing is changed. Nor is it if the state was removed, with
-- its tenant: nobody would remove it again.
local found = redis.call('HMGET', KEYS[1], 'phase', 'till', 'pages')
local phase = phase_of(found[1], found[2])
if not found[3] or ARGV[2] ~= '*' and phase ~= ARGV[2] then return phase end
if ARGV[3] == '' or (ARGV[3] == 'logged' and phase == '') then redis.call('DEL', prefix .. 'changes') end
redis.call('HSET', KEYS[1], 'phase', ARGV[3], 'till', now() + tonumber(ARGV[4]))
return phase
