-- Deletes a note.
-- KEYS: 1 note
return redis.call('UNLINK', KEYS[1])
