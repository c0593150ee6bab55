-- Corrects the number of postings, where nothing was written since they were counted.
-- ARGV: 2 the number that was there, 3 the last number that was given then, 4 the right number
local state = redis.call('HMGET', KEYS[1], 'postings', 'sequence')
if state[1] ~= ARGV[2] or state[2] ~= ARGV[3] then return 0 end
redis.call('HSET', KEYS[1], 'postings', ARGV[4])
return 1
