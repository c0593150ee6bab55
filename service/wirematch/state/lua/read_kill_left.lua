-- KEYS: 1 kill
-- Returns {ms for which it is still kept, below 0 without an end; it, or '' when there is none}.
return {redis.call('PTTL', KEYS[1]), redis.call('GET', KEYS[1]) or ''}
