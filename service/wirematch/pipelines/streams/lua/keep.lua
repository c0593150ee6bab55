-- Keeps an entry from being claimed for as long as if it had just come to its consumer.
-- KEYS: 1 the stream, 2 hash of counts of attempts
-- ARGV: 1 the group, 2 the consumer, 3 the entry
-- Returns 0 if another consumer has claimed or finished it, 1 if it was kept, and 2 if it was trimmed before anybody had
-- finished it: nobody can claim it then, and only who holds its content can still store it.
if #redis.call('XRANGE', KEYS[1], ARGV[3], ARGV[3]) == 0 then
  return redis.call('HEXISTS', KEYS[2], ARGV[3]) == 1 and 2 or 0
end
if #redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[3], ARGV[3], 1, ARGV[2]) == 0 then return 0 end
redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[3], 'JUSTID')
return 1
