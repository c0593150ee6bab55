-- Notes that a story was taken back, unless something else is noted than the caller has read.
-- KEYS: 1 the note
-- ARGV: 1 note that the caller has read ('' for none), 2 new note, 3 ms that it is kept
-- Gives the note that is there now; another than the new one means that nothing was done.
local found = redis.call('GET', KEYS[1]) or ''
if found ~= ARGV[1] then return found end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return ARGV[2]
