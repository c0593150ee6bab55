-- Shared by all scripts of a shard. Every one declares the same keys: 1 state, 2 ids, 3 guard; ARGV[1] is the prefix
-- that the shard's other keys have. The guard never exists: while a slot is moved key by key, a server refuses a
-- command of which some keys are missing (TRYAGAIN), so no script ever runs on half a shard.
local prefix = ARGV[1]

local function number_key(kind, number) return prefix .. kind .. struct.pack('<I4', number) end

-- Milliseconds since 1970 by this server's clock.
local function now()
  local clock = redis.call('TIME')
  return clock[1] * 1000 + math.floor(clock[2] / 1000)
end

-- Has all that is stored from now on stored later than `seen`. Who was stored then and looks here for what came before
-- is thereby right whatever the servers' clocks say: what it did not see comes after it (Lamport, CACM 1978).
local function keep_behind(seen)
  if seen == 0 or now() > seen then return end
  local clock = tonumber(redis.call('HGET', KEYS[1], 'clock') or 0)
  if clock <= seen then redis.call('HSET', KEYS[1], 'clock', seen + 1) end
end

-- A record begins: version u32, stored u64, expires u64 (0: never); times in ms.
local HEADER = 49
local function expired(record, moment)
  local expires = struct.unpack('<I8', record, 13)
  return expires > 0 and expires <= moment
end

-- The shard was emptied, has moved on to another generation, or was never opened: the caller opens the index again.
local GONE = {err = 'GONE the shard is not open'}
-- A rebuild is taking over what was written last: the caller tries again in a moment.
local HELD = {err = 'HELD writes wait for a rebuild to end'}

-- What a rebuild has the shard do: 'logged' notes what changes, 'held' refuses writes, both only until a time, so that a
-- rebuild that died is forgotten; 'moved' refuses everything, until open.lua is told that this is the live index after all.
local function phase_of(phase, till)
  if (phase == 'logged' or phase == 'held') and tonumber(till) < now() then return '' end
  return phase or ''
end
