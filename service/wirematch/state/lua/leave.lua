-- Removes articles from their clusters. What is noted of them stays: others may be storing articles under their ids.
-- ARGV: from 2 their ids
-- Returns how many were in one.
return leave({unpack(ARGV, 2)})
