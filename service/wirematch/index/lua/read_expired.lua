-- Reads expired articles in order of expiry.
-- ARGV: 2 maximum number of articles
-- Returns {number, record} for each; the record is empty if it is gone.
local expired_records = {}
local due = redis.call('ZRANGEBYSCORE', prefix .. 'expiries', '-inf', now(), 'LIMIT', 0, ARGV[2])
for _, packed in ipairs(due) do
  local record = redis.call('GET', prefix .. 'd' .. packed)
  expired_records[#expired_records + 1] = {struct.unpack('<I4', packed), record or ''}
end
return expired_records
