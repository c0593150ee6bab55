-- Finds ids whose record is missing.
-- ARGV: 2 'drop' to remove them, from 3 ids
-- Returns these ids.
local lost = {}
for at = 3, #ARGV do
  local packed = redis.call('HGET', KEYS[2], ARGV[at])
  if packed and redis.call('EXISTS', prefix .. 'd' .. packed) == 0 then
    lost[#lost + 1] = ARGV[at]
    if ARGV[2] == 'drop' then redis.call('HDEL', KEYS[2], ARGV[at]) end
  end
end
return lost
