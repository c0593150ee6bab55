-- Finds the postings of signatures' buckets.
-- ARGV: 2 ms since 1970 after which all must be stored that is stored here from now on, 0: none
--   from 3 the bucket hashes of one signature each, packed '<I4', or ''
-- Gives {documents, answer, answer ...} (lookup.lua).
local found = redis.call('HMGET', KEYS[1], 'pages', 'phase')
if not found[1] or found[2] == 'moved' then return GONE end
keep_behind(tonumber(ARGV[2]))
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
for at = 3, #ARGV do answers[#answers + 1] = ARGV[at] == '' and NOTHING_FOUND or query(ARGV[at]) end
return answers
