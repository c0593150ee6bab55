-- Reads the kill of a story.
-- KEYS: 1 kill
-- Returns the kill, or '' if there is none.
return redis.call('GET', KEYS[1]) or ''
