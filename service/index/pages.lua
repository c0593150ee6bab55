-- Shared by the scripts that write: pages of postings under linear hashing (Litwin, VLDB 1980). A page of up to LONGEST
-- bytes is written anew for each posting; a longer one is two fields, of which only the newer records are (docs/adr/0011).
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

-- Writes the pages that have changed, of those that a request named.
local function write_pages(key, from, to, fields, changed)
  local set, size, gone = {}, 0, {}
  for i = from, to do
    local field = fields[i]
    local page = changed[field]
    if page then
      changed[field] = nil
      if page ~= '' then
        set[size + 1], set[size + 2] = field, page
        size = size + 2
      else
        gone[#gone + 1] = field
      end
    end
  end
  if size > 0 then redis.call('HSET', key, unpack(set, 1, size)) end
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
  local pieces, fields, parts = {}, requested(first, state.pages, state.half)
  local buckets, owners = unpack_all('c2', 2, ARGV[first + 3]), unpack_all('B', 1, ARGV[first + 4])
  for key, from, to in parts do
    local found, changed = redis.call('HMGET', key, unpack(fields, from, to)), {}
    for i = from, to do
      local number, field, seen = numbers[owners[i]], fields[i], ''
      if number then
        local page = changed[field] or found[i - from + 1] or ''
        local size = #page
        if look then seen = size % RECORD_BYTES == 0 and page or shown(key, field, page, buckets[i]) end
        if size >= LONGEST or size == FULL_TAIL then page = put_away(key, field, page, cap) end
        changed[field] = page .. buckets[i] .. number
        state.postings = state.postings + 1
      end
      if look then pieces[i] = seen end
    end
    write_pages(key, from, to, fields, changed)
  end
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
  local fields, parts = requested(first, state.pages, state.half)
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
    write_pages(key, from, to, fields, changed)
  end
end

-- All records of a page, and whether it is a long one.
local function read_whole(key, field)
  local page = redis.call('HGET', key, field) or ''
  if is_long(page) then return older(key, field) .. sub(page, 1 + #LONG), true end
  return page, false
end

local function write_whole(key, field, records, was_long)
  if #records > LONGEST then
    olds[field] = records
    redis.call('HSET', key, field, LONG, field .. '+', records)
    return
  end
  if was_long then
    olds[field] = nil
    redis.call('HDEL', key, field .. '+')
  end
  if records ~= '' then redis.call('HSET', key, field, records) else redis.call('HDEL', key, field) end
end

-- A page, and the one that it came from or that comes from it; both are in the same hash, as there is an even number.
local function pair_of(page)
  return part_key(page % PARTS), pack('<I4', page - state.half), pack('<I4', page)
end

-- One page more: half of the buckets of the page that has waited longest move there.
local function split()
  local key, old, new = pair_of(state.pages)
  local records, long = read_whole(key, old)
  if records ~= '' then
    local count, bit = #records / RECORD_BYTES, state.half / 65536
    local each = {unpack_bytes(rep('c6', count), records)}
    local uppers = {unpack_bytes('<' .. rep('I2xxxx', count), records)}
    local staying, moving, stay, move = {}, {}, 0, 0
    for i = 1, count do
      if uppers[i] / bit % 2 >= 1 then
        move = move + 1
        moving[move] = each[i]
      else
        stay = stay + 1
        staying[stay] = each[i]
      end
    end
    if move > 0 then
      write_whole(key, old, table.concat(staying), long)
      write_whole(key, new, table.concat(moving), false)
    end
  end
  state.pages = state.pages + 1
  if state.pages == 2 * state.half then state.half = state.pages end
end

-- One page less: the last one goes back to where it came from.
local function merge()
  if state.pages == state.half then state.half = state.half / 2 end
  state.pages = state.pages - 1
  local key, old, last = pair_of(state.pages)
  local moving, long = read_whole(key, last)
  if moving ~= '' then
    write_whole(key, last, '', long)
    local records, old_long = read_whole(key, old)
    write_whole(key, old, records .. moving, old_long)
  end
end

-- Brings the number of pages to that of the postings. The state is always written, so that WAIT on the same connection
-- waits for all that came before, too.
local function write_state()
  while state.postings > TARGET * state.pages do split() end
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
