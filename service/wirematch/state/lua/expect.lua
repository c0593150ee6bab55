-- Notes that something is left to do for articles, from a while from now on.
-- KEYS: 1 sorted set of articles
-- ARGV: 1 ms until they are looked after, 2 what of those that are noted already: 'NX' they stay as they are, 'CH' they are
--   noted anew, then ids. These are due half a millisecond earlier, by which nobody forgets them: of two who are at work on an
--   article at once nobody knows who was the last to write.
-- Returns when that is, ms since 1970.
local time = redis.call('TIME')
local due = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[1]
for i = 3, #ARGV do
  local noted = tonumber(redis.call('ZSCORE', KEYS[1], ARGV[i]))
  if not noted then
    redis.call('ZADD', KEYS[1], due, ARGV[i])
  elseif ARGV[2] == 'CH' or noted == due then
    redis.call('ZADD', KEYS[1], due - 0.5, ARGV[i])
  end
end
return due
