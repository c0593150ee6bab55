-- Reads what is noted of articles, '' for each of which nothing is.
-- KEYS: the notes
local found = redis.call('MGET', unpack(KEYS))
for at = 1, #KEYS do found[at] = found[at] or '' end
return found
