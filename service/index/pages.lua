-- Shared by the scripts that write: pages of postings under linear hashing (Litwin, VLDB 1980).
-- A page is a string of records of 6 bytes: the upper 16 bits of a bucket's hash, and a document number. Records of a
-- bucket are in order of storing. A page is made longer by CHUNK free records (number 0) at a time and filled in place:
-- APPEND would have the server allocate twice what is needed, SET of the whole would send it all to the append-only
-- file and the replicas for each posting (docs/adr/0005).
local WIDTH, CHUNK, TARGET = RECORD_BYTES, 8, 64
local byte, sub, rep, find = string.byte, string.sub, string.rep, string.find
local FREE, NO_NUMBER = rep('\0', WIDTH), rep('\0', 4)
local NEW_CHUNK = rep(FREE, CHUNK - 1)

local state = {}

local function read_state()
  local found = redis.call('HMGET', KEYS[1], 'pages', 'postings', 'sequence', 'clock', 'phase', 'till')
  local phase = phase_of(found[5], found[6])
  if not found[1] or phase == 'moved' then return nil, GONE end
  if phase == 'held' then return nil, HELD end
  state = {
    pages = tonumber(found[1]), postings = tonumber(found[2]), sequence = tonumber(found[3]),
    clock = tonumber(found[4]), logged = phase == 'logged',
  }
  state.half = half_of(state.pages)
  return true
end

-- Always a write, so that WAIT on the same connection waits for all that came before, too.
local function write_state()
  redis.call('HSET', KEYS[1], 'pages', state.pages, 'postings', state.postings, 'sequence', state.sequence,
    'clock', state.clock)
end

-- The page of a bucket's hash: as many of its low bits as tell apart the pages there are.
local function page_of(hash)
  local page = hash % (2 * state.half)
  if page >= state.pages then page = page - state.half end
  return page
end

local function padded(records)
  local over = (#records / WIDTH) % CHUNK
  if over == 0 then return records end
  return records .. rep(FREE, CHUNK - over)
end

-- Bytes before the first free record.
local function filled(page)
  local at = find(page, FREE, math.max(1, #page - CHUNK * WIDTH + 1), true)
  while at do
    at = at + (1 - at) % WIDTH
    if sub(page, at + 2, at + 5) == NO_NUMBER then return at - 1 end
    at = find(page, FREE, at + 1, true)
  end
  return #page
end

local function used(page) return sub(page, 1, filled(page)) end

-- Postings of full buckets that reading passes over, taken out of a page that they made long.
local function without_oldest(page, cap)
  local seen, kept, last = {}, {}, #page / WIDTH
  for place = last, 1, -1 do
    local record = sub(page, (place - 1) * WIDTH + 1, place * WIDTH)
    local bucket = sub(record, 1, 2)
    local newer = seen[bucket] or 0
    seen[bucket] = newer + 1
    if newer < cap then kept[#kept + 1] = record end
  end
  state.postings = state.postings - (last - #kept)
  for i = 1, math.floor(#kept / 2) do kept[i], kept[#kept + 1 - i] = kept[#kept + 1 - i], kept[i] end
  return table.concat(kept)
end

local function add_posting(key, page, record, cap)
  if not page then
    redis.call('SET', key, record .. NEW_CHUNK)
    return
  end
  local at = filled(page)
  if at < #page then
    redis.call('SETRANGE', key, at, record)
  else
    if #page / WIDTH > 2 * cap then page = without_oldest(page, cap) end
    redis.call('SET', key, padded(page .. record))
  end
end

-- One page more: half of the buckets of the page that has waited longest move there.
local function split()
  local old = number_key('p', state.pages - state.half)
  local page = redis.call('GET', old)
  if page then
    page = used(page)
    local place, bit = 0, state.half / 65536
    while bit >= 256 do place, bit = place + 1, bit / 256 end
    local staying, moving = {}, {}
    for at = 1, #page, WIDTH do
      local list = byte(page, at + place) / bit % 2 >= 1 and moving or staying
      list[#list + 1] = sub(page, at, at + WIDTH - 1)
    end
    if #moving > 0 then
      redis.call('SET', number_key('p', state.pages), padded(table.concat(moving)))
      if #staying > 0 then redis.call('SET', old, padded(table.concat(staying))) else redis.call('DEL', old) end
    end
  end
  state.pages = state.pages + 1
  if state.pages == 2 * state.half then state.half = state.pages end
end

-- One page less: the last one goes back to where it came from.
local function merge()
  if state.pages == state.half then state.half = state.half / 2 end
  state.pages = state.pages - 1
  local last = number_key('p', state.pages)
  local page = redis.call('GET', last)
  if page then
    local old = number_key('p', state.pages - state.half)
    redis.call('SET', old, padded(used(redis.call('GET', old) or '') .. used(page)))
    redis.call('DEL', last)
  end
end

-- `hashes`: 32 bits a bucket, packed; `number`: the document's. With `look`, gives what query.lua would have given just
-- before: a page is read once for both.
local function add_postings(hashes, number, cap, look)
  if #hashes == 0 then return NOTHING_FOUND end
  local packed, met, answer = struct.pack('<I4', number), {}, new_answer()
  local keys, buckets = placed(hashes, state.pages, state.half)
  local found = redis.call('MGET', unpack(keys))
  for place = 1, #keys do
    local key, page, bucket = keys[place], found[place], buckets[place]
    -- Two buckets of one document may share a page; the second finds the first there.
    if met[key] then page = redis.call('GET', key) end
    met[key] = true
    if look and page then collect(answer, place, page, bucket) end
    add_posting(key, page, bucket .. packed, cap)
  end
  state.postings = state.postings + #keys
  while state.postings > TARGET * state.pages do split() end
  return look and packed_answer(answer) or NOTHING_FOUND
end

local function remove_postings(hashes, number)
  local packed = struct.pack('<I4', number)
  for at = 1, #hashes, 4 do
    local key = number_key('p', page_of(struct.unpack('<I4', hashes, at)))
    local page = redis.call('GET', key)
    local record = sub(hashes, at + 2, at + 3) .. packed
    local from = page and find(page, record, 1, true)
    while from and (from - 1) % WIDTH ~= 0 do from = find(page, record, from + 1, true) end
    if from then
      local rest = sub(page, from + WIDTH)
      local left = sub(page, 1, from - 1) .. used(rest)
      if #left == 0 then redis.call('DEL', key)
      elseif #padded(left) < #page then redis.call('SET', key, padded(left))
      else redis.call('SETRANGE', key, from - 1, rest .. FREE) end
      state.postings = state.postings - 1
    end
  end
  while state.pages > FEWEST_PAGES and state.postings < TARGET * state.pages / 2 do merge() end
end

-- Takes the document out of its buckets and forgets its record; `hashes` are those that its text gives.
local function remove_document(number, hashes)
  remove_postings(hashes, number)
  redis.call('DEL', number_key('d', number))
  redis.call('ZREM', prefix .. 'expiries', struct.pack('<I4', number))
end

local function log_change(id)
  if state.logged then redis.call('RPUSH', prefix .. 'changes', id) end
end
