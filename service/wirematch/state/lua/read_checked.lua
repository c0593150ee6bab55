-- Reads a checked article.
-- KEYS: 1 checked article
-- Returns the article, or '' if there is none.
return redis.call('GET', KEYS[1]) or ''
