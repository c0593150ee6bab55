-- Reads the answer of a request.
-- KEYS: 1 hash of the request
-- Returns the answer, or false if there is none.
return redis.call('HGET', KEYS[1], 'answer')
