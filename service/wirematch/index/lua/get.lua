-- Reads the records of ids.
-- ARGV: from 2 the ids
-- Returns for each {number, record}, or {} if there is none or it has expired.
if redis.call('HEXISTS', KEYS[1], 'pages') == 0 or redis.call('HGET', KEYS[1], 'phase') == 'moved' then return GONE end
local moment, answers = now(), {}
for at = 2, #ARGV do
  local packed, answer = redis.call('HGET', KEYS[2], ARGV[at]), {}
  if packed then
    local number = struct.unpack('<I4', packed)
    local record = redis.call('GET', number_key('d', number))
    if not expired(record, moment) then answer = {number, record} end
  end
  answers[#answers + 1] = answer
end
return answers
