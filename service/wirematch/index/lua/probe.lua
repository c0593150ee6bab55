-- Writes as little as can be written, and takes it away, to know whether writes are taken.
-- KEYS: 1 probe
redis.call('SET', KEYS[1], '1')
return redis.call('DEL', KEYS[1])
