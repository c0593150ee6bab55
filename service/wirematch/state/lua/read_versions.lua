-- Reads the earlier versions of an article.
-- KEYS: 1 list of earlier versions
-- Returns the versions, latest first.
return redis.call('LRANGE', KEYS[1], 0, -1)
