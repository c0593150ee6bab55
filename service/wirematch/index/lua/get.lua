-- Reads the records of ids.
-- ARGV: 2 bytes of records after which it ends, as long records hold the server up, from 3 the ids
-- Returns for each of the first ids, at least one, {number, record}, or {} if there is none or it has expired.
if redis.call('HEXISTS', KEYS[1], 'pages') == 0 or redis.call('HGET', KEYS[1], 'phase') == 'moved' then return GONE end
local moment, answers, bytes = now(), {}, tonumber(ARGV[2])
for at = 3, #ARGV do
  if bytes <= 0 then break end
  local packed, answer = redis.call('HGET', KEYS[2], ARGV[at]), {}
  if packed then
    local number = struct.unpack('<I4', packed)
    local record = redis.call('GET', number_key('d', number))
    if not expired(record, moment) then answer = {number, record} end
    bytes = bytes - #record
  end
  answers[#answers + 1] = answer
end
return answers
