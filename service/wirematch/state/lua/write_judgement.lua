-- Keeps a judgement of a pair.
-- KEYS: 1 hash of judgements, 2 sorted set of when they were made
-- ARGV: 1 pair, 2 judgement, 3 ms since 1970
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
return 1
