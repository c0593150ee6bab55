-- The last number that the shard has given out.
local last = redis.call('HGET', KEYS[1], 'sequence')
if not last or redis.call('HGET', KEYS[1], 'phase') == 'moved' then return GONE end
return tonumber(last)
