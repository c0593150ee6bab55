-- Reads where an article is mentioned.
-- KEYS: 1 set of the article's mentions
return redis.call('SMEMBERS', KEYS[1])
