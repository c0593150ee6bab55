-- Reads judgements, the newest first.
-- KEYS: 1 hash of judgements, 2 sorted set of their times
-- ARGV: 1 offset, 2 limit
-- Returns {number of all judgements, {judgement ...}}.
local named = redis.call('ZREVRANGE', KEYS[2], ARGV[1], ARGV[1] + ARGV[2] - 1)
if #named == 0 then return {redis.call('ZCARD', KEYS[2]), {}} end
local found = redis.call('HMGET', KEYS[1], unpack(named))
for at = 1, #named do found[at] = found[at] or '' end
return {redis.call('ZCARD', KEYS[2]), found}
