-- Reads the kill of a story and its remaining time.
-- KEYS: 1 kill
-- Returns {ms for which it is still kept, negative without an end; the kill, or '' if there is none}.
return {redis.call('PTTL', KEYS[1]), redis.call('GET', KEYS[1]) or ''}
