-- Adds missing postings of records, each at its place in order of storing.
-- ARGV: from 2 a request for the buckets (read_pages.lua), from 9 for each record: 1 id, 2 local number ('<I4')
-- Returns how many postings were added.
local open, refusal = read_state()
if not open then return refusal end
refusal = check_pages(2, state.pages, state.half)
if refusal then return refusal end
local numbers = {}
for at = 2 + REQUEST, #ARGV, 2 do
  local present = redis.call('HGET', KEYS[2], ARGV[at]) == ARGV[at + 1]
  numbers[(at - REQUEST) / 2] = present and unpack_bytes('<I4', ARGV[at + 1]) or nil
end

-- Returns where a bucket's posting belongs: before the first one with a later number, else at the end.
local function place_of(postings, bucket, number)
  local at = find_posting(postings, bucket)
  while at do
    if unpack_bytes('<I4', postings, at + 2) > number then return at end
    local rest = find_posting(sub(postings, at + POSTING_BYTES), bucket)
    at = rest and at + POSTING_BYTES + rest - 1
  end
  return #postings + 1
end

local added = 0
for key, count, fields, uppers, owners in read_request(2, state.pages) do
  for i = 1, count do
    local number = numbers[owners[i]]
    local page = redis.call('HGET', key, fields[i]) or ''
    local postings = number and all_postings(key, fields[i], page)
    local posting = number and pack('<I6', posting_of(uppers[i], number))
    if number and not find_posting(postings, posting) then
      local at = place_of(postings, sub(posting, 1, 2), number)
      local set, gone = {}, {}
      set_page(set, gone, fields[i], sub(postings, 1, at - 1) .. posting .. sub(postings, at), is_long(page))
      write_fields(key, set, gone)
      added = added + 1
    end
  end
end
state.postings = state.postings + added
write_state()
return added
