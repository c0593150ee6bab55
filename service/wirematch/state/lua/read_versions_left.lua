-- Reads the earlier versions of an article and their remaining time.
-- KEYS: 1 list of earlier versions
-- Returns {ms for which they are still kept, negative without an end; the versions, latest first}.
return {redis.call('PTTL', KEYS[1]), redis.call('LRANGE', KEYS[1], 0, -1)}
