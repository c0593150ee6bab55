-- Removes postings of local numbers without a record.
-- ARGV: from 2 a request for their buckets (read_pages.lua), from 9 the local number of each ('<I4')
-- Returns how many postings were removed.
local open, refusal = read_state()
if not open then return refusal end
refusal = check_pages(2, state.pages, state.half)
if refusal then return refusal end
local numbers, before = {}, state.postings
for at = 2 + REQUEST, #ARGV do
  local lost = redis.call('EXISTS', prefix .. 'd' .. ARGV[at]) == 0
  numbers[at - 1 - REQUEST] = lost and unpack_bytes('<I4', ARGV[at]) or nil
end
remove_postings(2, numbers)
local removed = before - state.postings
write_state()
return removed
