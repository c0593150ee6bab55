-- KEYS: 1 hash of a request
-- Gives its answer, or false.
return redis.call('HGET', KEYS[1], 'answer')
