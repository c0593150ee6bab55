-- Corrects the stored number of postings, unless the shard was written to since they were counted.
-- ARGV: 2 stored number when counting, 3 last local number then, 4 correct number
local state = redis.call('HMGET', KEYS[1], 'postings', 'sequence')
if state[1] ~= ARGV[2] or state[2] ~= ARGV[3] then return 0 end
redis.call('HSET', KEYS[1], 'postings', ARGV[4])
return 1
