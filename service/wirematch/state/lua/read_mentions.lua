-- KEYS: 1 set of an article's mentions
return redis.call('SMEMBERS', KEYS[1])
