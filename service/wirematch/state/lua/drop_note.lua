-- KEYS: 1 a note
return redis.call('UNLINK', KEYS[1])
