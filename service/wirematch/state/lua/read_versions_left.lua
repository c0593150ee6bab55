-- KEYS: 1 earlier versions
-- Returns {ms for which they are still kept, below 0 without an end; they, the latest first}.
return {redis.call('PTTL', KEYS[1]), redis.call('LRANGE', KEYS[1], 0, -1)}
