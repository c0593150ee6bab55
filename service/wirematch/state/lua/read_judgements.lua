-- Reads the judgements of pairs, '' for each that has none.
-- KEYS: 1 hash of judgements, 2 sorted set of when they were made
-- ARGV: the pairs
local found = redis.call('HMGET', KEYS[1], unpack(ARGV))
for at = 1, #ARGV do found[at] = found[at] or '' end
return found
