-- Finds the postings of signatures' buckets.
-- ARGV: 2 ms since 1970 after which all must be stored that is stored here from now on, 0: none
--   from 3 a request for buckets (lookup.lua)
-- Gives {documents, what is shown of each bucket's page}: one string of all would be copied several times.
local state = redis.call('HMGET', KEYS[1], 'pages', 'phase')
if not state[1] or state[2] == 'moved' then return GONE end
local pages = tonumber(state[1])
local half = half_of(pages)
local refusal = other_half(3, half)
if refusal then return refusal end
keep_behind(tonumber(ARGV[2]))

local pieces, before = {}, 0
for key, count, fields, buckets in requested(3, pages, half) do
  local found = redis.call('HMGET', key, unpack(fields, 1, count))
  for i = 1, count do
    local page = found[i] or ''
    if #page % RECORD_BYTES ~= 0 then page = shown(key, fields[i], page, buckets[i]) end
    pieces[before + i] = page
  end
  before = before + count
end
return {redis.call('HLEN', KEYS[2]), pieces}
