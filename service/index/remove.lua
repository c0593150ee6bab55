-- Removes articles, their records and their postings, exactly.
-- ARGV: for each article: 1 id, 2 number that the caller knows to be there (0: none), 3 that one's bucket hashes
-- Gives for each {outcome, number, record}: 'removed', 'expired' (removed, but it was no longer to be seen), 'absent', or
-- 'changed' when another number is there than the caller knows: nothing was done, and `record` is there.
local open, refusal = read_state()
if not open then return refusal end
local moment = now()

local done = {}
for first = 2, #ARGV, 3 do
  local id, answer = ARGV[first], {'absent', 0, ''}
  local packed = redis.call('HGET', KEYS[2], id)
  if packed then
    local number = struct.unpack('<I4', packed)
    local record = redis.call('GET', number_key('d', number))
    if number == tonumber(ARGV[first + 1]) then
      remove_document(number, ARGV[first + 2])
      redis.call('HDEL', KEYS[2], id)
      log_change(id)
      answer = {expired(record, moment) and 'expired' or 'removed', number, ''}
    else
      answer = {'changed', number, record}
    end
  end
  done[#done + 1] = answer
end
write_state()
return done
