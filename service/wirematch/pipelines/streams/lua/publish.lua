-- Publishes what has become of an entry and acknowledges it, once: not if another consumer has done so.
-- KEYS: 1 the stream, 2 hash of counts of attempts, 3 the stream to publish to
-- ARGV: 1 the group, 2 the entry, then the fields to publish: name, value, name, value ...
-- Returns whether it was published.
-- An entry that is not pending was acknowledged; or it was trimmed, and removed when somebody claimed it. Then its count
-- is still there. Nothing is acknowledged before it is published, as a script that fails is not undone.
local pending = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[2], ARGV[2], 1)
local trimmed = #redis.call('XRANGE', KEYS[1], ARGV[2], ARGV[2]) == 0
local counted = redis.call('HEXISTS', KEYS[2], ARGV[2]) == 1
local published = #pending > 0 or trimmed and counted
if published then redis.call('XADD', KEYS[3], '*', unpack(ARGV, 3)) end
redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
redis.call('HDEL', KEYS[2], ARGV[2])
return published and 1 or 0
