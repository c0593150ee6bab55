-- Lets expired articles that could not be removed wait, so that those behind them get their turn.
-- ARGV: 2 for how long (ms), from 3 their local numbers ('<I4'); one without a record is forgotten
local later = now() + ARGV[2]
for at = 3, #ARGV do
  if redis.call('EXISTS', prefix .. 'd' .. ARGV[at]) == 1 then
    redis.call('ZADD', prefix .. 'expiries', 'XX', later, ARGV[at])
  else
    redis.call('ZREM', prefix .. 'expiries', ARGV[at])
  end
end
