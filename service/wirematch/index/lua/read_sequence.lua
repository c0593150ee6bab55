-- Returns the local number of the article stored last.
local last = redis.call('HGET', KEYS[1], 'sequence')
if not last or redis.call('HGET', KEYS[1], 'phase') == 'moved' then return GONE end
return tonumber(last)
