-- Keeps a value for a while; what was there under the key gives way.
-- KEYS: 1 where
-- ARGV: 1 the value, 2 ms that it is kept
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
