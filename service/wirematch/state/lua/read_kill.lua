-- Reads the kill of a story.
-- KEYS: 1 kill
-- Returns '' when there is none.
return redis.call('GET', KEYS[1]) or ''
