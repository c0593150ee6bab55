-- KEYS: 1 session
return redis.call('DEL', KEYS[1])
