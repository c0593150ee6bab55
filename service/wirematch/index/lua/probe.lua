-- Writes and removes a tiny key, to find out whether the server accepts writes.
-- KEYS: 1 probe
redis.call('SET', KEYS[1], '1')
return redis.call('DEL', KEYS[1])
