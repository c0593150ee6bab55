-- Reads the first articles, of those named, that pass the filters.
-- KEYS: 1 ids (not read; it names the slot)
-- ARGV: 1 key prefix, 2 most articles to give, 3 filters as JSON, 4 document numbers packed as '<I4', best first
-- Gives {number, article, version, stored (ms)} of each, in the order given. A number that is gone is passed over.
local prefix, most = ARGV[1], tonumber(ARGV[2])
local filters, numbers = cjson.decode(ARGV[3]), ARGV[4]

local function as_set(list)
  if list == cjson.null then return nil end
  local set = {}
  for _, value in ipairs(list) do set[value] = true end
  return set
end
local sources, kinds = as_set(filters.sources), as_set(filters.kinds)
local after = filters.after ~= cjson.null and filters.after
local before = filters.before ~= cjson.null and filters.before
local unfiltered = not (sources or kinds or after or before)

local function passes(record)
  if unfiltered then return true end
  local facets = redis.call('HMGET', record, 'source', 'kind', 'published')
  if sources and not sources[facets[1]] then return false end
  if kinds and not kinds[facets[2]] then return false end
  local published = tonumber(facets[3] or '')
  if after and not (published and published >= after) then return false end
  if before and not (published and published < before) then return false end
  return true
end

local found = {}
for at = 1, #numbers, 4 do
  if #found >= most then break end
  local number = struct.unpack('<I4', numbers, at)
  local record = prefix .. 'd' .. number
  if passes(record) then
    local fields = redis.call('HMGET', record, 'article', 'version', 'stored')
    if fields[1] then found[#found + 1] = {number, fields[1], tonumber(fields[2]), tonumber(fields[3])} end
  end
end
return found
