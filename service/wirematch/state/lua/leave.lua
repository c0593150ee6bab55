-- Removes articles from their clusters. What is noted of them stays: others may be storing articles under their ids.
-- ARGV: from 2 their ids
-- Returns how many were in one.
local removed = 0
for at = 2, #ARGV do
  if leave(ARGV[at]) then removed = removed + 1 end
end
return removed
