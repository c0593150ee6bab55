-- Deletes the judgement of a pair.
-- KEYS: 1 hash of judgements, 2 sorted set of their times
-- ARGV: 1 pair
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])
return 1
