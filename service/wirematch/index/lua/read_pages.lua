-- Shared by the scripts that look up and those that write: pages of postings, and which of them a request is about.
-- A page is a field of one of PARTS hashes, under its number ('<I4'): records of 6 bytes, the upper 16 bits of a bucket's
-- hash and a document number, those of one bucket in order of storing. The page of a popular bucket begins with LONG
-- instead; then it holds the newest records, and the field of the same name and a '+' the others (docs/index.md).
local RECORD_BYTES, FEWEST_PAGES, PARTS, LONG = 6, 65536, 16, '\1'
local byte, sub, rep, find = string.byte, string.sub, string.rep, string.find
local pack, unpack_bytes = struct.pack, struct.unpack

local function part_key(part) return string.format('%sp%x', prefix, part) end

-- The largest number of pages that is no more than there are and was reached by doubling.
local function half_of(pages)
  local half = FEWEST_PAGES
  while half * 2 <= pages do half = half * 2 end
  return half
end

-- A request names buckets in an order that makes little work of them here, where each takes its time: by the hash that
-- their pages are in, and by page. It is seven of ARGV: how many pages there are to the caller's knowledge, then packed for
-- each hash of pages the number of buckets ('<I2'), and for each bucket its page ('<I4'), the upper half of its hash, and
-- which article it is of ('<B', from 1). The last two are for when there are some more pages than that: which of the
-- buckets ('<I2', from 1) are in another page then, and in which ('<I4').
local REQUEST, MOST_MORE = 7, 16384

-- To a caller that knows a number of pages that is of no use: it asks again.
local function other_pages(first, pages, half)
  local known = tonumber(ARGV[first])
  if known > pages or known < half or pages - known > MOST_MORE then return {err = 'PAGES ' .. pages} end
end

-- Values that are packed one after the other; there may be one more behind them, which is none. Lua passes at most some
-- 8,000 at a time.
local function unpack_all(code, width, packed)
  local all, most = {}, 6000 * width
  if #packed <= most then return {unpack_bytes('<' .. rep(code, #packed / width), packed)} end
  for at = 1, #packed, most do
    local count = math.min(most, #packed + 1 - at) / width
    local some, before = {unpack_bytes('<' .. rep(code, count), packed, at)}, #all
    for i = 1, count do all[before + i] = some[i] end
  end
  return all
end

-- Of a request, the fields of its pages in order, and a function that goes through the hashes of pages, giving the key,
-- and the first and the last of its buckets.
local function requested(first, pages)
  local fields = unpack_all('c4', 4, ARGV[first + 2])
  if pages > tonumber(ARGV[first]) then
    local others, numbers = unpack_all('I2', 2, ARGV[first + 5]), unpack_all('I4', 4, ARGV[first + 6])
    for i = 1, #ARGV[first + 6] / 4 do
      if numbers[i] < pages then fields[others[i]] = sub(ARGV[first + 6], 4 * i - 3, 4 * i) end
    end
  end
  local counts = {unpack_bytes('<' .. rep('I2', PARTS), ARGV[first + 1])}
  local part, to = 0, 0
  local function next_part()
    local count = 0
    while count == 0 do
      part = part + 1
      if part > PARTS then return nil end
      count = counts[part]
    end
    to = to + count
    return part_key(part - 1), to - count + 1, to
  end
  return fields, next_part
end

-- Where the first record of a bucket begins.
local function first_of(records, bucket)
  local at = find(records, bucket, 1, true)
  while at and (at - 1) % RECORD_BYTES ~= 0 do at = find(records, bucket, at + 1, true) end
  return at
end

-- The older records of long pages, of those that were read or written.
local olds = {}

local function older(key, field)
  local records = olds[field]
  if not records then
    records = redis.call('HGET', key, field .. '+') or ''
    olds[field] = records
  end
  return records
end

-- Reads those of several pages at once, given the places of their fields.
local function read_older(key, fields, long)
  if #long == 0 then return end
  local named = {}
  for n, i in ipairs(long) do named[n] = fields[i] .. '+' end
  for n, records in ipairs(redis.call('HMGET', key, unpack(named))) do olds[fields[long[n]]] = records or '' end
end

-- What an answer has of a long page: what follows the bucket's first record. Of others it has all: the caller picks the
-- bucket's own records out of it, and doing so here would take three times as long.
local function shown(key, field, page, bucket)
  local records = older(key, field)
  local at = first_of(records, bucket)
  return (at and sub(records, at) or '') .. sub(page, 1 + #LONG)
end
