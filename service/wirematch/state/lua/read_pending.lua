-- Reads the ids of all noted articles.
-- KEYS: 1 sorted set of articles by when they are due
-- Returns the ids, the first due first.
return redis.call('ZRANGE', KEYS[1], 0, -1)
