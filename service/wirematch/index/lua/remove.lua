-- Removes articles, their records and their postings, exactly.
-- ARGV: from 2 a request for the buckets of those that the caller knows to be there (lookup.lua),
--   from 9 for each article: 1 id, 2 number that the caller knows to be there (0: none)
-- Gives for each {outcome, number, record}: 'removed', 'expired' (removed, but it was no longer to be seen), 'absent', or
-- 'changed' when another number is there than the caller knows: nothing was done, and `record` is there.
local open, refusal = read_state()
if not open then return refusal end
refusal = other_pages(2, state.pages, state.half)
if refusal then return refusal end
local moment = now()

local function remove(first)
  local packed = redis.call('HGET', KEYS[2], ARGV[first])
  if not packed then return nil, {'absent', 0, ''} end
  local number = unpack_bytes('<I4', packed)
  local record = redis.call('GET', number_key('d', number))
  if number ~= tonumber(ARGV[first + 1]) then return nil, {'changed', number, record} end
  remove_document(number)
  redis.call('HDEL', KEYS[2], ARGV[first])
  log_change(ARGV[first])
  return packed, {expired(record, moment) and 'expired' or 'removed', number, ''}
end

local done, removed = {}, {}
for first = 2 + REQUEST, #ARGV, 2 do
  local place = #done + 1
  removed[place], done[place] = remove(first)
end
remove_postings(2, removed)
write_state()
return done
