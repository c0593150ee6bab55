-- Finds the postings of signatures' buckets.
-- ARGV: 2 ms since 1970 after which all must be stored that is stored here from now on, 0: none
--   from 3 the bucket hashes of one signature each, packed '<I4', or ''
-- Gives {documents, answer, answer ...}. An answer is a count ('<I4'), then as often a bucket's place in the signature
-- and a length ('<I4I4'), then as many pieces of pages: the bucket's page from its first record there on. The caller
-- picks the bucket's own records out of it; doing so here would keep the server busy three times as long.
local found = redis.call('HMGET', KEYS[1], 'pages', 'phase')
if not found[1] or found[2] == 'moved' then return GONE end
keep_behind(tonumber(ARGV[2]))
local pages, half = tonumber(found[1]), 65536
while half * 2 <= pages do half = half * 2 end
local find, sub, unpack_number, pack = string.find, string.sub, struct.unpack, struct.pack
local WIDTH = 6

local function query(hashes)
  local keys, heads, pieces = {}, {}, {}
  for at = 1, #hashes, 4 do
    local page = unpack_number('<I4', hashes, at) % (2 * half)
    if page >= pages then page = page - half end
    keys[#keys + 1] = prefix .. 'p' .. pack('<I4', page)
  end
  local read = redis.call('MGET', unpack(keys))
  for place, page in ipairs(read) do
    if page then
      local bucket = sub(hashes, 4 * place - 1, 4 * place)
      local at = find(page, bucket, 1, true)
      while at and (at - 1) % WIDTH ~= 0 do at = find(page, bucket, at + 1, true) end
      if at then
        heads[#heads + 1] = pack('<I4I4', place - 1, #page - at + 1)
        pieces[#pieces + 1] = sub(page, at)
      end
    end
  end
  return pack('<I4', #heads) .. table.concat(heads) .. table.concat(pieces)
end

local answers = {redis.call('HLEN', KEYS[2])}
for at = 3, #ARGV do answers[#answers + 1] = ARGV[at] == '' and '\0\0\0\0' or query(ARGV[at]) end
return answers
