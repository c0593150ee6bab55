-- Shared by scripts that read or write pages of postings: the layout of pages, and of requests for them.
--
-- A posting is 6 bytes: the upper 16 bits of a bucket's hash and a local document number. Those of one bucket are in order
-- of storing. A page is a field, named by its number ('<I4'), of one of PARTS hashes. A short page holds its postings. A long
-- page is two fields: the field of the page is LONG and the newest postings, and the field with '+' appended to its name
-- has the older ones (docs/keys-and-bytes.md).
local POSTING_BYTES, MIN_PAGES, PARTS, LONG = 6, 65536, 16, '\1'
local byte, sub, rep, find = string.byte, string.sub, string.rep, string.find
local pack, unpack_bytes = struct.pack, struct.unpack

local function part_key(part) return string.format('%sp%x', prefix, part) end

-- Returns the number of pages at the last doubling; linear hashing has between that and twice as many.
local function last_doubling(pages)
  local half = MIN_PAGES
  while half * 2 <= pages do half = half * 2 end
  return half
end

-- A request for buckets is REQUEST arguments, with buckets sorted by part (the hash that has the page), then by page:
--   1 the number of pages that the caller knows of
--   2 for each part, its number of buckets ('<I2')
--   3 for each bucket, its page ('<I4')
--   4 for each bucket, the upper half of its hash (2 bytes)
--   5 for each bucket, the article that it belongs to ('<B', from 1)
--   6 those buckets ('<I2', from 1) that move to another page if up to MAX_PAGES_AHEAD more pages are split off
--   7 for each of these, that page ('<I4')
local REQUEST, MAX_PAGES_AHEAD = 7, 16384

-- Buckets that are read and written at a time. Each adds up to four values to one command, Lua passes some 8,000, and an
-- attacker can choose words so that all buckets of a batch are in one part.
local MOST_BUCKETS = 1500

-- Returns an error if the request that begins at ARGV[first] does not fit the present number of pages; the caller then
-- makes a new one.
local function check_pages(first, pages, half)
  local known = tonumber(ARGV[first])
  if known > pages or known < half or pages - known > MAX_PAGES_AHEAD then return {err = 'PAGES ' .. pages} end
end

-- Unpacks consecutive values, in batches, as Lua passes at most some 8,000 values. The result may end with one extra value,
-- which struct.unpack adds.
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

-- Returns a posting as one number, which '<I6' packs: numbers cost Lua less than strings, which it hashes and interns.
local function posting_of(upper, number) return number * 65536 + upper end

-- Returns an iterator over the parts with buckets of a request, or pieces of parts: the part's key, its number of buckets, and
-- for each bucket its page field, the upper half of its hash as a number, and its article. One piece is in memory at a time,
-- as a script slows down with what it keeps.
local function read_request(first, pages)
  local moved = {}
  if pages > tonumber(ARGV[first]) then
    local moving, numbers = unpack_all('I2', 2, ARGV[first + 5]), unpack_all('I4', 4, ARGV[first + 6])
    for i = 1, #ARGV[first + 6] / 4 do
      if numbers[i] < pages then moved[moving[i]] = sub(ARGV[first + 6], 4 * i - 3, 4 * i) end
    end
  end
  local counts = {unpack_bytes('<' .. rep('I2', PARTS), ARGV[first + 1])}
  local part, to, left = 0, 0, 0
  local function next_part()
    while left == 0 do
      part = part + 1
      if part > PARTS then return nil end
      left = counts[part]
    end
    local count, before = math.min(left, MOST_BUCKETS), to
    left, to = left - count, to + count
    local fields = {unpack_bytes(rep('c4', count), ARGV[first + 2], 4 * before + 1)}
    for i, field in pairs(moved) do
      if i > before and i <= to then fields[i - before] = field end
    end
    local uppers = {unpack_bytes('<' .. rep('I2', count), ARGV[first + 3], 2 * before + 1)}
    return part_key(part - 1), count, fields, uppers, {unpack_bytes(rep('B', count), ARGV[first + 4], before + 1)}
  end
  return next_part
end

-- Returns the position of the first posting that begins with `bytes`, or nil.
local function find_posting(postings, bytes)
  local at = find(postings, bytes, 1, true)
  while at and (at - 1) % POSTING_BYTES ~= 0 do at = find(postings, bytes, at + 1, true) end
  return at
end

-- Older postings of the long pages that this script has read or written; by page field.
local older_cache = {}

local function older(key, field)
  local postings = older_cache[field]
  if not postings then
    postings = redis.call('HGET', key, field .. '+') or ''
    older_cache[field] = postings
  end
  return postings
end

-- Reads the older postings of long pages of a part into the cache; `long` has the indices of these pages in `fields`.
local function read_older(key, fields, long)
  if #long == 0 then return end
  local names = {}
  for n, i in ipairs(long) do names[n] = fields[i] .. '+' end
  for n, postings in ipairs(redis.call('HMGET', key, unpack(names))) do older_cache[fields[long[n]]] = postings or '' end
end
