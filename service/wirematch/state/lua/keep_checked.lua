-- Stores a checked article for a while, in place of any earlier one.
-- KEYS: 1 checked article
-- ARGV: 1 value, 2 ms for which it is kept
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
