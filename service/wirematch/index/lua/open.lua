-- Creates the shard's state if there is none. The caller has just read in the fingerprint record that this generation is
-- live, so an expired phase 'moved' is left from a generation switch that was not completed, and is ended.
-- Returns when the state was created (ms since 1970; nil for one that an earlier release created).
local found = redis.call('HMGET', KEYS[1], 'pages', 'phase', 'till', 'born')
if not found[1] then
  local born = string.format('%.0f', now())
  redis.call(
    'HSET', KEYS[1], 'pages', 65536, 'postings', 0, 'sequence', 0, 'clock', 0, 'phase', '', 'till', 0, 'born', born
  )
  return born
end
local phase = phase_of(found[2], found[3])
if phase == 'moved' and tonumber(found[3]) < now() then phase = '' end
if phase ~= found[2] then
  redis.call('HSET', KEYS[1], 'phase', phase)
  redis.call('DEL', prefix .. 'changes')
end
return found[4]
