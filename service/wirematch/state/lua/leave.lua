-- Removes articles from their clusters. Their notes stay, as articles with the same ids may be being stored.
-- ARGV: from 2 ids
-- Returns how many were in a cluster.
local removed = 0
for at = 2, #ARGV do
  if leave(ARGV[at]) then removed = removed + 1 end
end
return removed
