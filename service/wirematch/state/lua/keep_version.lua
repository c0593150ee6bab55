-- Adds the latest of an article's earlier versions.
-- KEYS: 1 list of earlier versions, latest first
-- ARGV: 1 version, 2 maximum number of versions, 3 ms for which they are kept
redis.call('LPUSH', KEYS[1], ARGV[1])
redis.call('LTRIM', KEYS[1], 0, ARGV[2] - 1)
redis.call('PEXPIRE', KEYS[1], ARGV[3])
