-- Finds the postings of signatures' buckets.
-- ARGV: 2 ms since 1970 after which all must be stored that is stored here from now on, 0: none
--   from 3 a request for buckets (lookup.lua)
-- Gives {documents, pages, what is shown of each bucket's page}: one string of all would be copied several times.
local state = redis.call('HMGET', KEYS[1], 'pages', 'phase')
if not state[1] or state[2] == 'moved' then return GONE end
local pages = tonumber(state[1])
local refusal = other_pages(3, pages, half_of(pages))
if refusal then return refusal end
keep_behind(tonumber(ARGV[2]))

local pieces, fields, parts = {}, requested(3, pages)
for key, from, to in parts do
  local found, long, count = redis.call('HMGET', key, unpack(fields, from, to)), {}, 0
  for i = from, to do
    local page = found[i - from + 1] or ''
    if #page % RECORD_BYTES == 0 then
      pieces[i] = page
    else
      count = count + 1
      long[count] = i
    end
  end
  read_older(key, fields, long)
  for _, i in ipairs(long) do
    pieces[i] = shown(key, fields[i], found[i - from + 1], sub(ARGV[6], 2 * i - 1, 2 * i))
  end
end
return {redis.call('HLEN', KEYS[2]), pages, pieces}
