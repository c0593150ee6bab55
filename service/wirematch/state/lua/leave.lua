-- Removes articles from their clusters; nothing is left to do for them.
-- ARGV: from 2 their ids
-- Returns how many were in one.
local removed = 0
for at = 2, #ARGV do
  if leave(ARGV[at]) then removed = removed + 1 end
  redis.call('ZREM', KEYS[2], ARGV[at])
end
return removed
