-- Removes articles from their clusters. Their notes stay, as articles with the same ids may be being stored.
-- ARGV: from 2 ids
-- Returns how many were in a cluster.
return leave({unpack(ARGV, 2)})
