-- Shared by all scripts of a shard. Each declares the same keys: 1 state, 2 ids, 3 guard. ARGV[1] is the prefix of the
-- shard's other keys. The guard never exists: while a slot is migrated key by key, a server refuses a command if some of
-- its keys are missing (TRYAGAIN), so no script runs on a part of the shard.
local prefix = ARGV[1]

local function number_key(kind, number) return prefix .. kind .. struct.pack('<I4', number) end

-- Returns this server's time, ms since 1970.
local function now()
  local clock = redis.call('TIME')
  return clock[1] * 1000 + math.floor(clock[2] / 1000)
end

-- Advances the shard's logical clock (Lamport, CACM 1978) to `after` (ms): later articles get later times of storing. So an
-- article stored at `after` that looks here for earlier ones misses none, however far the servers' clocks differ.
local function advance_clock(after)
  if after == 0 or now() > after then return end
  local clock = tonumber(redis.call('HGET', KEYS[1], 'clock') or 0)
  if clock <= after then redis.call('HSET', KEYS[1], 'clock', after + 1) end
end

-- A record is a header and a body (records/codec.py). The header begins with version (u32), time of storing (u64), expiry
-- (u64, 0 for never), times in ms.
local HEADER = 49
local function expired(record, moment)
  local expires = struct.unpack('<I8', record, 13)
  return expires > 0 and expires <= moment
end

-- The shard has no state, or another generation is live: the caller opens the index again.
local GONE = {err = 'GONE the shard is not open'}
-- A rebuild is copying the last changes: the caller tries the write again.
local HELD = {err = 'HELD writes wait for a rebuild to end'}

-- The phase of a rebuild: 'logged' logs the ids that are written, 'held' refuses writes. Both expire, in case the rebuild
-- died; one that would last ten minutes more (LOGGED_MS in rebuild.py is one) is from before the clock was set back.
-- 'moved' refuses all scripts until open.lua finds that this generation is live after all.
local LONGEST_PHASE = 600000
local function phase_of(phase, till)
  local left = tonumber(till or 0) - now()
  if (phase == 'logged' or phase == 'held') and (left < 0 or left > LONGEST_PHASE) then return '' end
  return phase or ''
end
