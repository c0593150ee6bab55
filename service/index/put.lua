-- Stores an article wholly or not at all.
-- KEYS: 1 ids, 2 sequence
-- ARGV: 1 key prefix, 2 'create' or 'replace', 3 id, 4 article, 5 digest, 6 signature, 7 source, 8 kind,
--       9 published (ms since 1970 or ''), 10 bucket cap
-- Gives {outcome, number, version, stored (ms)}; outcome is 'created', 'replaced', 'unchanged' or 'exists'.
local prefix, id = ARGV[1], ARGV[3]
local clock = redis.call('TIME')
local stored = clock[1] * 1000 + math.floor(clock[2] / 1000)
local outcome, version = 'created', 1

local old = redis.call('HGET', KEYS[1], id)
if old then
  local known = redis.call('HMGET', prefix .. 'd' .. old, 'digest', 'version', 'stored')
  if ARGV[2] == 'create' then return {'exists', tonumber(old), tonumber(known[2]), tonumber(known[3])} end
  if known[1] == ARGV[5] then return {'unchanged', tonumber(old), tonumber(known[2]), tonumber(known[3])} end
  outcome, version, stored = 'replaced', tonumber(known[2]) + 1, tonumber(known[3])
  remove_document(prefix, old)
end

-- A new version gets a new number: numbers say what was stored before what.
local number = redis.call('INCR', KEYS[2])
redis.call('HSET', KEYS[1], id, number)
redis.call('HSET', prefix .. 'd' .. number, 'id', id, 'article', ARGV[4], 'digest', ARGV[5], 'signature', ARGV[6],
  'version', version, 'stored', stored, 'source', ARGV[7], 'kind', ARGV[8], 'published', ARGV[9])
add_postings(prefix, ARGV[6], struct.pack('<I4', number), tonumber(ARGV[10]))
return {outcome, number, version, stored}
