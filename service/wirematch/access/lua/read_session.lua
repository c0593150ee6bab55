-- KEYS: 1 session
-- Gives the id of its key, or false.
return redis.call('GET', KEYS[1])
