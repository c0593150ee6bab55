-- Shared by the scripts that write: pages of postings under linear hashing (Litwin, VLDB 1980). A page of up to LONGEST
-- bytes is written anew for each posting; a longer one is two fields, of which only the newer records are (docs/adr/0011).
local MOST_SPLIT = 4096  -- pages at a time: their fields are arguments of one command
local TARGET, LONGEST, FULL_TAIL = 16, 24 * RECORD_BYTES, #LONG + 8 * RECORD_BYTES

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

local function is_long(page) return #page % RECORD_BYTES == #LONG end

local function write_fields(key, set, gone)
  if #set > 0 then redis.call('HSET', key, unpack(set)) end
  if #gone > 0 then redis.call('HDEL', key, unpack(gone)) end
end

-- Postings of full buckets that reading passes over, taken out of a page that they made long.
local function without_oldest(records, cap)
  local seen, kept, last = {}, {}, #records / RECORD_BYTES
  for place = last, 1, -1 do
    local record = sub(records, (place - 1) * RECORD_BYTES + 1, place * RECORD_BYTES)
    local bucket = sub(record, 1, 2)
    local newer = seen[bucket] or 0
    seen[bucket] = newer + 1
    if newer < cap then kept[#kept + 1] = record end
  end
  state.postings = state.postings - (last - #kept)
  for i = 1, math.floor(#kept / 2) do kept[i], kept[#kept + 1 - i] = kept[#kept + 1 - i], kept[i] end
  return table.concat(kept)
end

-- Moves all of a page to the older records; gives what is left of it.
local function put_away(key, field, page, cap)
  local records = is_long(page) and older(key, field) .. sub(page, 1 + #LONG) or page
  if #records > 2 * cap * RECORD_BYTES then records = without_oldest(records, cap) end
  olds[field] = records
  redis.call('HSET', key, field .. '+', records)
  return LONG
end

-- Adds the postings of a request, for the articles that `numbers` has one for ('<I4'). With `look`, gives what query.lua
-- would have given for each just before: a page is read once for both.
local function add_postings(first, numbers, cap, look)
  local added = 0
  local pieces, fields, parts = {}, requested(first, state.pages)
  local buckets, owners = unpack_all('c2', 2, ARGV[first + 3]), unpack_all('B', 1, ARGV[first + 4])
  for key, from, to in parts do
    local found = redis.call('HMGET', key, unpack(fields, from, to))
    local set, size, before, page = {}, 0, nil, nil
    for i = from, to do
      local number, field, seen = numbers[owners[i]], fields[i], ''
      if number then
        if field ~= before then
          before, page, size = field, found[i - from + 1] or '', size + 2
          set[size - 1] = field
        end
        local length = #page
        if look then seen = length % RECORD_BYTES == 0 and page or shown(key, field, page, buckets[i]) end
        if length >= LONGEST or length == FULL_TAIL then page = put_away(key, field, page, cap) end
        page = page .. buckets[i] .. number
        set[size] = page
        added = added + 1
      end
      if look then pieces[i] = seen end
    end
    if size > 0 then redis.call('HSET', key, unpack(set)) end
  end
  state.postings = state.postings + added
  return pieces
end

local function without(records, record)
  local at = first_of(records, record)
  return at and sub(records, 1, at - 1) .. sub(records, at + RECORD_BYTES)
end

-- A page without a record; nil when it is not there.
local function page_without(key, field, page, record)
  if not is_long(page) then return without(page, record) end
  local newer = sub(page, 1 + #LONG)
  local left = without(newer, record)
  if left then return LONG .. left end
  local rest = without(older(key, field), record)
  if not rest then return nil end
  olds[field] = rest
  if rest == '' then
    redis.call('HDEL', key, field .. '+')
    return newer
  end
  redis.call('HSET', key, field .. '+', rest)
  return page
end

-- Removes the postings of a request, of the articles that `numbers` has one for.
local function remove_postings(first, numbers)
  local fields, parts = requested(first, state.pages)
  local buckets, owners = unpack_all('c2', 2, ARGV[first + 3]), unpack_all('B', 1, ARGV[first + 4])
  for key, from, to in parts do
    local found, changed = redis.call('HMGET', key, unpack(fields, from, to)), {}
    for i = from, to do
      local number, page = numbers[owners[i]], changed[fields[i]] or found[i - from + 1]
      local rest = number and page and page_without(key, fields[i], page, buckets[i] .. number)
      if rest then
        changed[fields[i]] = rest
        state.postings = state.postings - 1
      end
    end
    local set, gone = {}, {}
    for field, page in pairs(changed) do
      if page == '' then
        gone[#gone + 1] = field
      else
        set[#set + 1] = field
        set[#set + 1] = page
      end
    end
    write_fields(key, set, gone)
  end
end

-- All records of a page.
local function whole(key, field, page)
  return is_long(page) and older(key, field) .. sub(page, 1 + #LONG) or page
end

-- Adds to `set` what a page with these records is, and to `gone` the fields that it no longer has.
local function write_whole(set, gone, field, records, was_long)
  local long = #records > LONGEST
  olds[field] = nil
  if long then
    set[#set + 1] = field .. '+'
    set[#set + 1] = records
  elseif was_long then
    gone[#gone + 1] = field .. '+'
  end
  if records ~= '' then
    set[#set + 1] = field
    set[#set + 1] = long and LONG or records
  else
    gone[#gone + 1] = field
  end
end

local function bytes_of(records)
  if #records <= 6000 then return {byte(records, 1, -1)} end
  return unpack_all('B', 1, records)
end

-- Records that stay in a page that is split, and those that move: neighbours that go the same way are cut out as one.
local function halves(records, bit)
  local at, step = 1, bit
  if bit >= 256 then at, step = 2, bit / 256 end
  local bytes, staying, moving = bytes_of(records), {}, {}
  local from, moves = 1, false
  for i = 0, #records - RECORD_BYTES, RECORD_BYTES do
    local goes = bytes[i + at] / step % 2 >= 1
    if goes ~= moves then
      local side = moves and moving or staying
      side[#side + 1] = sub(records, from, i)
      from, moves = i + 1, goes
    end
  end
  local side = moves and moving or staying
  side[#side + 1] = sub(records, from)
  return table.concat(staying), table.concat(moving)
end

-- Pages up to this number, of one doubling: half of the buckets of those that have waited longest move there. A page and
-- the one that comes from it are in the same hash, as there is an even number of pages at a doubling.
local function grow(to)
  local bit = state.half / 65536
  for first = state.pages, math.min(state.pages + PARTS, to) - 1 do
    local key, count, old, new, set, gone = part_key(first % PARTS), 0, {}, {}, {}, {}
    for page = first, to - 1, PARTS do
      count = count + 1
      old[count], new[count] = pack('<I4', page - state.half), pack('<I4', page)
    end
    for i, page in ipairs(redis.call('HMGET', key, unpack(old))) do
      if page then
        local staying, moving = halves(whole(key, old[i], page), bit)
        if moving ~= '' then
          write_whole(set, gone, old[i], staying, is_long(page))
          write_whole(set, gone, new[i], moving, false)
        end
      end
    end
    write_fields(key, set, gone)
  end
  state.pages = to
  if to == 2 * state.half then state.half = to end
end

-- One page less: the last one goes back to where it came from.
local function merge()
  if state.pages == state.half then state.half = state.half / 2 end
  state.pages = state.pages - 1
  local key, set, gone = part_key(state.pages % PARTS), {}, {}
  local old, last = pack('<I4', state.pages - state.half), pack('<I4', state.pages)
  local found = redis.call('HMGET', key, old, last)
  if not found[2] then return end
  local moving, staying = whole(key, last, found[2]), found[1] and whole(key, old, found[1]) or ''
  write_whole(set, gone, last, '', is_long(found[2]))
  write_whole(set, gone, old, staying .. moving, found[1] and is_long(found[1]))
  write_fields(key, set, gone)
end

-- Brings the number of pages to that of the postings. The state is always written, so that WAIT on the same connection
-- waits for all that came before, too.
local function write_state()
  while state.postings > TARGET * state.pages do
    grow(math.min(math.ceil(state.postings / TARGET), 2 * state.half, state.pages + MOST_SPLIT))
  end
  while state.pages > FEWEST_PAGES and state.postings < TARGET * state.pages / 2 do merge() end
  redis.call('HSET', KEYS[1], 'pages', state.pages, 'postings', state.postings, 'sequence', state.sequence,
    'clock', state.clock)
end

-- Forgets a document's record; its postings are removed with those of others.
local function remove_document(number)
  redis.call('DEL', number_key('d', number))
  redis.call('ZREM', prefix .. 'expiries', pack('<I4', number))
end

local function log_change(id)
  if state.logged then redis.call('RPUSH', prefix .. 'changes', id) end
end
