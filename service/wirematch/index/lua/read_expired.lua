-- Reads articles that have expired, those first that expired first.
-- ARGV: 2 most articles to give
-- Gives {number, record} of each.
local found = {}
local due = redis.call('ZRANGEBYSCORE', prefix .. 'expiries', '-inf', now(), 'LIMIT', 0, ARGV[2])
for _, packed in ipairs(due) do
  local record = redis.call('GET', prefix .. 'd' .. packed)
  if record then found[#found + 1] = {struct.unpack('<I4', packed), record} end
end
return found
