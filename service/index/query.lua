-- Finds the postings of signatures' buckets.
-- ARGV: from 2 the bucket hashes of one signature each, packed '<I4', or ''
-- Gives {documents, answer, answer ...} (lookup.lua).
local found = redis.call('HMGET', KEYS[1], 'pages', 'phase')
if not found[1] or found[2] == 'moved' then return GONE end
local pages = tonumber(found[1])
local half = half_of(pages)

local function query(hashes)
  local keys, buckets = placed(hashes, pages, half)
  local answer = new_answer()
  for place, page in ipairs(redis.call('MGET', unpack(keys))) do
    if page then collect(answer, place, page, buckets[place]) end
  end
  return packed_answer(answer)
end

local answers = {redis.call('HLEN', KEYS[2])}
for at = 2, #ARGV do answers[#answers + 1] = ARGV[at] == '' and NOTHING_FOUND or query(ARGV[at]) end
return answers
