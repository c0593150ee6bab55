-- Removes the notes of articles for which everything is done, unless they were noted anew since.
-- KEYS: 1 sorted set of articles by when they are due
-- ARGV: 1 when they are due as noted, ms since 1970, then ids
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
