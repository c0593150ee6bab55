-- Takes articles that are gone out of their groups.
-- ARGV: from 2 their ids
-- Gives how many were in one.
local left = 0
for at = 2, #ARGV do
  if leave(ARGV[at]) then left = left + 1 end
end
return left
