-- Finds the postings of signatures' buckets.
-- ARGV: from 2 the bucket hashes of one signature each, packed '<I4', or ''
-- Gives {documents, answer, answer ...} (answer.lua).
local found = redis.call('HMGET', KEYS[1], 'pages', 'phase')
if not found[1] or found[2] == 'moved' then return GONE end
local pages, half = tonumber(found[1]), 65536
while half * 2 <= pages do half = half * 2 end

local function query(hashes)
  local keys = {}
  for at = 1, #hashes, 4 do
    local page = struct.unpack('<I4', hashes, at) % (2 * half)
    if page >= pages then page = page - half end
    keys[#keys + 1] = number_key('p', page)
  end
  local answer = new_answer()
  for place, page in ipairs(redis.call('MGET', unpack(keys))) do
    if page then collect(answer, place, page, string.sub(hashes, 4 * place - 1, 4 * place)) end
  end
  return packed_answer(answer)
end

local answers = {redis.call('HLEN', KEYS[2])}
for at = 2, #ARGV do answers[#answers + 1] = ARGV[at] == '' and NOTHING_FOUND or query(ARGV[at]) end
return answers
