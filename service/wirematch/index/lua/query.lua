-- Reads the pages of buckets.
-- ARGV: 2 ms since 1970 to which the shard's clock advances (0: not), from 3 a request for buckets (read_pages.lua)
-- Returns {articles in the shard, pages, postings of each bucket's page}. Of a long page, the postings begin with the first
-- one of the bucket. They are an array because one string of all would be copied several times.
local state = redis.call('HMGET', KEYS[1], 'pages', 'phase')
if not state[1] or state[2] == 'moved' then return GONE end
local pages = tonumber(state[1])
local refusal = check_pages(3, pages, last_doubling(pages))
if refusal then return refusal end
advance_clock(tonumber(ARGV[2]))

local pieces, fields, parts = {}, read_request(3, pages)
for key, from, to in parts do
  local found, long, count = redis.call('HMGET', key, unpack(fields, from, to)), {}, 0
  for i = from, to do
    local page = found[i - from + 1] or ''
    if #page % POSTING_BYTES == 0 then
      pieces[i] = page
    else
      count = count + 1
      long[count] = i
    end
  end
  read_older(key, fields, long)
  for _, i in ipairs(long) do
    pieces[i] = postings_from(key, fields[i], found[i - from + 1], sub(ARGV[6], 2 * i - 1, 2 * i))
  end
end
return {redis.call('HLEN', KEYS[2]), pages, pieces}
