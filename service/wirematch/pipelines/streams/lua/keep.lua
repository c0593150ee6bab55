-- Keeps an entry from being claimed for as long as if it had just come to its consumer.
-- KEYS: 1 the stream
-- ARGV: 1 the group, 2 the consumer, 3 the entry
-- Returns whether it was kept: not if another consumer has claimed or finished it.
if #redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[3], ARGV[3], 1, ARGV[2]) == 0 then return 0 end
redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[3], 'JUSTID')
return 1
