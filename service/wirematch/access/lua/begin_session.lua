-- KEYS: 1 session
-- ARGV: 1 id of the key, 2 ms for which it lasts
return redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
