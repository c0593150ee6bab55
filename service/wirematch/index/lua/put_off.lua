-- Postpones the removal of expired articles that could not be removed, so that the next ones get their turn.
-- ARGV: 2 delay in ms, from 3 local numbers ('<I4'); those without a record are removed from the queue
local later = now() + ARGV[2]
for at = 3, #ARGV do
  if redis.call('EXISTS', prefix .. 'd' .. ARGV[at]) == 1 then
    redis.call('ZADD', prefix .. 'expiries', 'XX', later, ARGV[at])
  else
    redis.call('ZREM', prefix .. 'expiries', ARGV[at])
  end
end
