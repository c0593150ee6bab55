-- Shared by the scripts that write: pages of postings under linear hashing (Litwin, VLDB 1980). Adding a posting rewrites a
-- field: the whole page if it is short (up to MAX_SHORT bytes), else only its newest postings (up to MAX_NEWEST bytes, as
-- docs/adr/0011 and 0059 say).
local SPLIT_BATCH = 4096  -- pages split at a time, bounded because their fields are arguments of one command
local LOAD_FACTOR, MAX_SHORT, MAX_NEWEST = 16, 24 * POSTING_BYTES, #LONG + 16 * POSTING_BYTES

-- The shard's state, which write_state writes back.
local state = {}

-- Reads the state. Returns true, or nil and the error to return from the script.
local function read_state()
  local found = redis.call('HMGET', KEYS[1], 'pages', 'postings', 'sequence', 'clock', 'phase', 'till')
  local phase = phase_of(found[5], found[6])
  if not found[1] or phase == 'moved' then return nil, GONE end
  if phase == 'held' then return nil, HELD end
  state = {
    pages = tonumber(found[1]), postings = tonumber(found[2]), sequence = tonumber(found[3]),
    clock = tonumber(found[4]), logged = phase == 'logged',
  }
  state.half = last_doubling(state.pages)
  return true
end

local function is_long(page) return #page % POSTING_BYTES == #LONG end

local function write_fields(key, set, gone)
  if #set > 0 then redis.call('HSET', key, unpack(set)) end
  if #gone > 0 then redis.call('HDEL', key, unpack(gone)) end
end

-- Returns the newest `cap` postings of each bucket, in order; no look-up uses older ones.
local function without_dead(postings, cap)
  local seen, kept, last = {}, {}, #postings / POSTING_BYTES
  for place = last, 1, -1 do
    local posting = sub(postings, (place - 1) * POSTING_BYTES + 1, place * POSTING_BYTES)
    local bucket = sub(posting, 1, 2)
    local newer = seen[bucket] or 0
    seen[bucket] = newer + 1
    if newer < cap then kept[#kept + 1] = posting end
  end
  state.postings = state.postings - (last - #kept)
  for i = 1, math.floor(#kept / 2) do kept[i], kept[#kept + 1 - i] = kept[#kept + 1 - i], kept[i] end
  return table.concat(kept)
end

-- Moves all postings of a page to its older ones. Returns these; the caller writes them.
local function move_to_older(key, field, page, cap)
  local postings = is_long(page) and older(key, field) .. sub(page, 1 + #LONG) or page
  if #postings > 2 * cap * POSTING_BYTES then postings = without_dead(postings, cap) end
  older_cache[field] = postings
  return postings
end

-- Adds the postings of a request, for articles with a local number in `numbers`.
local function add_postings(first, numbers, cap)
  local added = 0
  for key, count, fields, uppers, owners in read_request(first, state.pages) do
    local found = redis.call('HMGET', key, unpack(fields, 1, count))
    local set, size, before, page, changed = {}, 0, nil, nil, false
    for i = 1, count do
      local number, field = numbers[owners[i]], fields[i]
      if number then
        if field ~= before then before, page, changed = field, found[i] or '', false end
        local length = #page
        if not changed then
          changed, size = true, size + 2
          set[size - 1] = field
        end
        if length >= MAX_SHORT or length == MAX_NEWEST then
          set[size - 1], set[size] = field .. '+', move_to_older(key, field, page, cap)
          page, size = LONG, size + 2
          set[size - 1] = field
        end
        page = pack('<c0I6', page, posting_of(uppers[i], number))
        set[size] = page
        added = added + 1
      end
    end
    if size > 0 then redis.call('HSET', key, unpack(set)) end
  end
  state.postings = state.postings + added
end

-- Returns postings without a given one; nil if it is not there.
local function remove_posting(postings, posting)
  local at = find_posting(postings, posting)
  return at and sub(postings, 1, at - 1) .. sub(postings, at + POSTING_BYTES)
end

-- Removes a posting from a page. Returns the new content of the page's own field; nil if the posting is not there.
local function remove_from_page(key, field, page, posting)
  if not is_long(page) then return remove_posting(page, posting) end
  local newer = sub(page, 1 + #LONG)
  local left = remove_posting(newer, posting)
  if left then return LONG .. left end
  local rest = remove_posting(older(key, field), posting)
  if not rest then return nil end
  older_cache[field] = rest
  if rest == '' then
    redis.call('HDEL', key, field .. '+')
    return newer
  end
  redis.call('HSET', key, field .. '+', rest)
  return page
end

-- Removes the postings of a request, for articles with a local number in `numbers`.
local function remove_postings(first, numbers)
  for key, count, fields, uppers, owners in read_request(first, state.pages) do
    local found, changed = redis.call('HMGET', key, unpack(fields, 1, count)), {}
    for i = 1, count do
      local number, page = numbers[owners[i]], changed[fields[i]] or found[i]
      local rest = number and page
        and remove_from_page(key, fields[i], page, pack('<I6', posting_of(uppers[i], number)))
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

-- Returns all postings of a page, short or long.
local function all_postings(key, field, page)
  return is_long(page) and older(key, field) .. sub(page, 1 + #LONG) or page
end

-- Lays out a page of postings: adds its fields and their values to `set`, and fields that it no longer has to `gone`.
local function set_page(set, gone, field, postings, was_long)
  local long = #postings > MAX_SHORT
  older_cache[field] = nil
  if long then
    set[#set + 1] = field .. '+'
    set[#set + 1] = postings
  elseif was_long then
    gone[#gone + 1] = field .. '+'
  end
  if postings ~= '' then
    set[#set + 1] = field
    set[#set + 1] = long and LONG or postings
  else
    gone[#gone + 1] = field
  end
end

-- Formats by number of postings; and how many postings are divided at a time, as Lua passes some 8,000 values.
local formats, MOST_DIVIDED = {}, 1000
local function format_of(count)
  formats[count] = formats[count] or '<' .. rep('I6', count)
  return formats[count]
end

-- Divides the postings of a page by one bit of the bucket's hash. Returns those that stay and those that move.
local function split_postings(postings, bit)
  local all_staying, all_moving = '', ''
  for at = 1, #postings, MOST_DIVIDED * POSTING_BYTES do
    local count = math.min(MOST_DIVIDED, (#postings + 1 - at) / POSTING_BYTES)
    local some, staying, moving, stay, move = {unpack_bytes(format_of(count), postings, at)}, {}, {}, 0, 0
    for i = 1, count do
      local posting = some[i]
      if posting / bit % 2 < 1 then
        stay = stay + 1
        staying[stay] = posting
      else
        move = move + 1
        moving[move] = posting
      end
    end
    all_staying = all_staying .. pack(format_of(stay), unpack(staying))
    all_moving = all_moving .. pack(format_of(move), unpack(moving))
  end
  return all_staying, all_moving
end

-- Splits pages, in the order of linear hashing, until there are `to`, at most twice as many as at the last doubling. A page
-- and the one that is split off from it are in the same part, because the number of pages at a doubling is a multiple of
-- PARTS.
local function split_pages(to)
  local bit = state.half / 65536
  for first = state.pages, math.min(state.pages + PARTS, to) - 1 do
    local key, count, old, new, set, gone = part_key(first % PARTS), 0, {}, {}, {}, {}
    for page = first, to - 1, PARTS do
      count = count + 1
      old[count], new[count] = pack('<I4', page - state.half), pack('<I4', page)
    end
    local found, long = redis.call('HMGET', key, unpack(old)), {}
    for i, page in ipairs(found) do
      if page and is_long(page) and not older_cache[old[i]] then long[#long + 1] = i end
    end
    read_older(key, old, long)
    for i, page in ipairs(found) do
      if page then
        local staying, moving = split_postings(all_postings(key, old[i], page), bit)
        if moving ~= '' then
          set_page(set, gone, old[i], staying, is_long(page))
          set_page(set, gone, new[i], moving, false)
        end
      end
    end
    write_fields(key, set, gone)
  end
  state.pages = to
  if to == 2 * state.half then state.half = to end
end

-- Merges the last page into the page that it was split off from.
local function merge_last_page()
  if state.pages == state.half then state.half = state.half / 2 end
  state.pages = state.pages - 1
  local key, set, gone = part_key(state.pages % PARTS), {}, {}
  local old, last = pack('<I4', state.pages - state.half), pack('<I4', state.pages)
  local found = redis.call('HMGET', key, old, last)
  if not found[2] then return end
  local moving, staying = all_postings(key, last, found[2]), found[1] and all_postings(key, old, found[1]) or ''
  set_page(set, gone, last, '', is_long(found[2]))
  set_page(set, gone, old, staying .. moving, found[1] and is_long(found[1]))
  write_fields(key, set, gone)
end

-- Splits or merges pages until their load is right again, and writes the state. It is written even when nothing changed, so
-- that WAIT on the same connection also waits for earlier writes to be replicated.
local function write_state()
  while state.postings > LOAD_FACTOR * state.pages do
    split_pages(math.min(math.ceil(state.postings / LOAD_FACTOR), 2 * state.half, state.pages + SPLIT_BATCH))
  end
  while state.pages > MIN_PAGES and state.postings < LOAD_FACTOR * state.pages / 2 do merge_last_page() end
  redis.call('HSET', KEYS[1], 'pages', state.pages, 'postings', state.postings, 'sequence', state.sequence,
    'clock', state.clock)
end

-- Removes a record and its expiry, but not its postings.
local function remove_record(number)
  redis.call('DEL', number_key('d', number))
  redis.call('ZREM', prefix .. 'expiries', pack('<I4', number))
end

-- Logs an id for a rebuild.
local function log_change(id)
  if state.logged then redis.call('RPUSH', prefix .. 'changes', id) end
end
