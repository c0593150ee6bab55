-- Removes articles: records, ids and postings. Each removal is a compare-and-set, because the caller must know the article's
-- buckets.
-- ARGV: from 2 a request for the buckets of the articles (read_pages.lua),
--   from 9 for each article: 1 id, 2 expected local number (0: not known yet)
-- Returns for each {outcome, number, record}. Outcome is 'removed', 'expired' (removed, after it had expired), 'absent', or
-- 'changed': the id has another number than expected, nothing was done, and the number and its record are returned.
local open, refusal = read_state()
if not open then return refusal end
refusal = check_pages(2, state.pages, state.half)
if refusal then return refusal end
local moment = now()

local function remove(first)
  local packed = redis.call('HGET', KEYS[2], ARGV[first])
  if not packed then return nil, {'absent', 0, ''} end
  local number = unpack_bytes('<I4', packed)
  local record = redis.call('GET', number_key('d', number))
  if number ~= tonumber(ARGV[first + 1]) then return nil, {'changed', number, record} end
  remove_record(number)
  redis.call('HDEL', KEYS[2], ARGV[first])
  log_change(ARGV[first])
  return number, {expired(record, moment) and 'expired' or 'removed', number, ''}
end

local done, removed = {}, {}
for first = 2 + REQUEST, #ARGV, 2 do
  local place = #done + 1
  removed[place], done[place] = remove(first)
end
remove_postings(2, removed)
write_state()
return done
