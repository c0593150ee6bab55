-- Stores articles, each wholly or not at all.
-- ARGV: 2 bucket cap, 3 'look' to have its buckets' postings as they were just before, then for each article:
--   1 'create' or 'replace', 2 id, 3 the record after its times, 4 bucket hashes ('<I4'),
--   5 number that the caller knows to be there (0: it knows of none), 6 that one's bucket hashes,
--   7 retention in ms (0: none), 8 expiry in ms since 1970 (0: none),
--   9 version and 10 time of storing that are copied (0: this is no copy)
-- Gives {documents, answers}, for each article {outcome, number, version, stored (ms), record, postings (lookup.lua)}.
-- Outcome is 'created', 'replaced', 'unchanged', 'exists', or 'changed' when not the number is there that the caller
-- knows, but the one given with its record, or none (0): nothing was done.
local open, refusal = read_state()
if not open then return refusal end
local cap, look, FIELDS = tonumber(ARGV[2]), ARGV[3] == 'look', 10
if state.sequence + #ARGV / FIELDS > 4294967295 then return {err = 'FULL the shard has given out all its numbers'} end
local moment = now()

local function put(first)
  local mode, id, rest, hashes, known = ARGV[first], ARGV[first + 1], ARGV[first + 2], ARGV[first + 3], ARGV[first + 4]
  local outcome, version, stored = 'created', 1, math.max(moment, state.clock)
  state.clock = stored
  local packed = redis.call('HGET', KEYS[2], id)
  if packed then
    local old = struct.unpack('<I4', packed)
    local record = redis.call('GET', number_key('d', old))
    local old_version, old_stored = struct.unpack('<I4I8', record)
    local gone = expired(record, moment)
    if not gone then
      if mode == 'create' then return {'exists', old, old_version, old_stored, '', ''} end
      -- The digest of an article stands behind its time of publication and its kind.
      local same = tonumber(ARGV[first + 8]) == 0 and sub(record, 30, 45) == sub(rest, 10, 25)
      if same then return {'unchanged', old, old_version, old_stored, '', ''} end
    end
    if old ~= tonumber(known) then return {'changed', old, old_version, old_stored, record, ''} end
    remove_document(old, ARGV[first + 5])
    if not gone then outcome, version, stored = 'replaced', old_version + 1, old_stored end
  elseif tonumber(known) > 0 then
    return {'changed', 0, 0, 0, '', ''}
  end
  if tonumber(ARGV[first + 8]) > 0 then
    version, stored = tonumber(ARGV[first + 8]), tonumber(ARGV[first + 9])
    state.clock = math.max(state.clock, stored)
  end
  local retention, expires = tonumber(ARGV[first + 6]), tonumber(ARGV[first + 7])
  if retention > 0 and (expires == 0 or stored + retention < expires) then expires = stored + retention end

  -- A new version gets a new number: numbers say what was stored before what.
  state.sequence = state.sequence + 1
  local number = state.sequence
  packed = struct.pack('<I4', number)
  redis.call('HSET', KEYS[2], id, packed)
  redis.call('SET', number_key('d', number), struct.pack('<I4I8I8', version, stored, expires) .. rest)
  if expires > 0 then redis.call('ZADD', prefix .. 'expiries', expires, packed) end
  local postings = add_postings(hashes, number, cap, look)
  log_change(id)
  return {outcome, number, version, stored, '', postings}
end

local done = {}
for first = 4, #ARGV, FIELDS do done[#done + 1] = put(first) end
write_state()
return {redis.call('HLEN', KEYS[2]), done}
