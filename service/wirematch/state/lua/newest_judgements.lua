-- Reads judgements, the newest first.
-- KEYS: 1 hash of judgements, 2 sorted set of when they were made
-- ARGV: 1 how many to pass over, 2 how many to give
-- Gives {how many there are, {judgement ...}}.
local named = redis.call('ZREVRANGE', KEYS[2], ARGV[1], ARGV[1] + ARGV[2] - 1)
if #named == 0 then return {redis.call('ZCARD', KEYS[2]), {}} end
local found = redis.call('HMGET', KEYS[1], unpack(named))
for at = 1, #named do found[at] = found[at] or '' end
return {redis.call('ZCARD', KEYS[2]), found}
