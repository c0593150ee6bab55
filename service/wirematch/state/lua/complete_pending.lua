-- Forgets articles for which everything is done; not those that somebody has noted since.
-- KEYS: 1 sorted set of articles
-- ARGV: 1 when they would be looked after, ms since 1970, then ids
local MOST = 1000  -- arguments that one command takes
local noted, gone = {}, {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], ARGV[1], ARGV[1])) do noted[id] = true end
for i = 2, #ARGV do
  if noted[ARGV[i]] then gone[#gone + 1] = ARGV[i] end
  if #gone > 0 and (#gone == MOST or i == #ARGV) then
    redis.call('ZREM', KEYS[1], unpack(gone))
    gone = {}
  end
end
return 1
