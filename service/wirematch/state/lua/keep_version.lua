-- Adds an earlier version of an article, before those that are older.
-- KEYS: 1 earlier versions
-- ARGV: 1 version, 2 how many are kept, 3 ms for which they are kept
redis.call('LPUSH', KEYS[1], ARGV[1])
redis.call('LTRIM', KEYS[1], 0, ARGV[2] - 1)
redis.call('PEXPIRE', KEYS[1], ARGV[3])
