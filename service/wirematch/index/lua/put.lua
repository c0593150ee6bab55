-- Stores articles with different ids. Replacing an article is a compare-and-set, because the caller must know the buckets of
-- the replaced one.
-- ARGV: 2 bucket cap, from 3 a request for their buckets (read_pages.lua),
--   from 10 one for those of the articles that they replace, from 17 for each article: 1 'create' or 'replace', 2 id,
--   3 the record without its first 20 bytes,
--   4 expected local number (0: none, or not known yet),
--   5 retention in ms (0: none), 6 expiry in ms since 1970 (0: none),
--   7 version and 8 time of storing that a rebuild copies (0: no copy)
-- Returns {pages, answers}, with an answer for each article:
-- {outcome, number, version, stored (ms), record}. Outcome is 'created', 'replaced', 'unchanged', 'exists', or 'changed': the
-- id has another number than expected, nothing was done, and the number (0: none) and its record are returned.
local open, refusal = read_state()
if not open then return refusal end
refusal = check_pages(3, state.pages, state.half)
if refusal then return refusal end
local cap = tonumber(ARGV[2])
local ADDED, REMOVED, ARTICLES, FIELDS = 3, 3 + REQUEST, 3 + 2 * REQUEST, 8
if state.sequence + #ARGV / FIELDS > 4294967295 then return {err = 'FULL the shard has given out all its numbers'} end
local moment = now()

-- Decides what to do with an article, given its id's number: returns a plan, or nil and an answer if nothing is to be done.
local function plan(first, packed)
  local known = tonumber(ARGV[first + 3])
  if not packed then
    if known > 0 then return nil, {'changed', 0, 0, 0, ''} end
    return {outcome = 'created', version = 1}
  end
  local old = unpack_bytes('<I4', packed)
  local record = redis.call('GET', number_key('d', old))
  local version, stored = unpack_bytes('<I4I8', record)
  local dead = expired(record, moment)
  if not dead then
    if ARGV[first] == 'create' then return nil, {'exists', old, version, stored, ''} end
    -- The article's digest stands behind its time of publication and its kind.
    local same = tonumber(ARGV[first + 6]) == 0 and sub(record, 30, 45) == sub(ARGV[first + 2], 10, 25)
    if same then return nil, {'unchanged', old, version, stored, ''} end
  end
  if old ~= known then return nil, {'changed', old, version, stored, record} end
  if dead then return {outcome = 'created', version = 1, old = old} end
  return {outcome = 'replaced', version = version + 1, stored = stored, old = old}
end

local ids, documents = {}, {}

-- Stores a record. Returns its number and the article's answer.
local function store(first, planned)
  local version, stored = planned.version, planned.stored or state.clock
  if tonumber(ARGV[first + 6]) > 0 then
    version, stored = tonumber(ARGV[first + 6]), tonumber(ARGV[first + 7])
    state.clock = math.max(state.clock, stored)
  end
  local retention, expires = tonumber(ARGV[first + 4]), tonumber(ARGV[first + 5])
  if retention > 0 and (expires == 0 or stored + retention < expires) then expires = stored + retention end

  -- A new version gets a new number, because numbers give the order of storing.
  state.sequence = state.sequence + 1
  local packed, size = pack('<I4', state.sequence), #ids
  ids[size + 1], ids[size + 2] = ARGV[first + 1], packed
  documents[size + 1] = number_key('d', state.sequence)
  documents[size + 2] = pack('<I4I8I8', version, stored, expires) .. ARGV[first + 2]
  if expires > 0 then redis.call('ZADD', prefix .. 'expiries', expires, packed) end
  log_change(ARGV[first + 1])
  return state.sequence, {planned.outcome, state.sequence, version, stored, ''}
end

local names = {}
for first = ARTICLES, #ARGV, FIELDS do names[#names + 1] = ARGV[first + 1] end
local done, numbers, replaced = {}, {}, {}
state.clock = math.max(moment, state.clock)
for place, packed in ipairs(redis.call('HMGET', KEYS[2], unpack(names))) do
  local first = ARTICLES + (place - 1) * FIELDS
  local planned, answer = plan(first, packed)
  if planned then
    if planned.old then
      remove_record(planned.old)
      replaced[place] = planned.old
    end
    numbers[place], answer = store(first, planned)
  end
  done[place] = answer
end

if #ids > 0 then
  redis.call('HSET', KEYS[2], unpack(ids))
  redis.call('MSET', unpack(documents))
  if next(replaced) then remove_postings(REMOVED, replaced) end
  add_postings(ADDED, numbers, cap)
end
write_state()
return {state.pages, done}
