-- Reads a note, '' where there is none.
-- KEYS: 1 the note
return redis.call('GET', KEYS[1]) or ''
