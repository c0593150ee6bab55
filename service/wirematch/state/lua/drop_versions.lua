-- Deletes the earlier versions of an article.
-- KEYS: 1 earlier versions
return redis.call('UNLINK', KEYS[1])
