-- Reads expired articles in order of expiry.
-- ARGV: 2 maximum number of articles, 3 bytes of records after which it ends
-- Returns {number, record} for each; the record is empty if it is gone.
local expired_records, bytes = {}, tonumber(ARGV[3])
local due = redis.call('ZRANGEBYSCORE', prefix .. 'expiries', '-inf', now(), 'LIMIT', 0, ARGV[2])
for _, packed in ipairs(due) do
  if bytes <= 0 then break end
  local record = redis.call('GET', prefix .. 'd' .. packed)
  expired_records[#expired_records + 1] = {struct.unpack('<I4', packed), record or ''}
  bytes = bytes - #(record or '')
end
return expired_records
