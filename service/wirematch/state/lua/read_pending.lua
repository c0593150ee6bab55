-- All articles for which something is left to do.
-- KEYS: 1 sorted set of articles
-- Returns their ids.
return redis.call('ZRANGE', KEYS[1], 0, -1)
