-- Shared by the scripts that look up: where a signature's buckets are, and what they hold as the caller reads it.
-- An answer is a count ('<I4'), then as often a bucket's place in the signature and a length ('<I4I4'), then as many
-- pieces of pages: the bucket's page from its first record there on. The caller picks the bucket's own records out of
-- it; doing so here would keep the server busy three times as long.
local RECORD_BYTES, FEWEST_PAGES, NOTHING_FOUND = 6, 65536, '\0\0\0\0'

-- The largest number of pages that is no more than there are and was reached by doubling (docs/index.md).
local function half_of(pages)
  local half = FEWEST_PAGES
  while half * 2 <= pages do half = half * 2 end
  return half
end

-- The last two bytes of page numbers: there are a few dozen of them, and making each costs more than looking it up.
local upper = setmetatable({}, {__index = function(made, number)
  made[number] = struct.pack('<I2', number)
  return made[number]
end})

-- The pages' keys and the upper halves of `hashes` (32 bits a bucket, packed), in order. A key takes its lower half from
-- the hash as it stands there, as there are 65,536 pages or more: this runs for every bucket, so it calls little.
local function placed(hashes, pages, half)
  local count, keys, buckets = #hashes / 4, {}, {}
  local numbers = {struct.unpack('<' .. string.rep('I4', count), hashes)}
  local halves = {struct.unpack(string.rep('c2', 2 * count), hashes)}
  local page_prefix, span = prefix .. 'p', 2 * half
  for place = 1, count do
    local page = numbers[place] % span
    if page >= pages then page = page - half end
    keys[place] = page_prefix .. halves[2 * place - 1] .. upper[(page - page % 65536) / 65536]
    buckets[place] = halves[2 * place]
  end
  return keys, buckets
end

local function new_answer() return {heads = {}, pieces = {}} end

local function collect(answer, place, page, bucket)
  local at = string.find(page, bucket, 1, true)
  while at and (at - 1) % RECORD_BYTES ~= 0 do at = string.find(page, bucket, at + 1, true) end
  if at then
    local count = #answer.heads + 1
    answer.heads[count] = struct.pack('<I4I4', place - 1, #page - at + 1)
    answer.pieces[count] = string.sub(page, at)
  end
end

local function packed_answer(answer)
  return struct.pack('<I4', #answer.heads) .. table.concat(answer.heads) .. table.concat(answer.pieces)
end
