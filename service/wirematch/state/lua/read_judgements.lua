-- Reads the judgements of pairs, '' for each without one.
-- KEYS: 1 hash of judgements, 2 sorted set of their times
-- ARGV: the pairs
local found = redis.call('HMGET', KEYS[1], unpack(ARGV))
for at = 1, #ARGV do found[at] = found[at] or '' end
return found
