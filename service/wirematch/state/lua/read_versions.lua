-- KEYS: 1 earlier versions
-- Returns them, the latest first.
return redis.call('LRANGE', KEYS[1], 0, -1)
