-- Reads the notes on articles, '' for each without one.
-- KEYS: the notes
local found = redis.call('MGET', unpack(KEYS))
for at = 1, #KEYS do found[at] = found[at] or '' end
return found
