-- Claims the next entry that a consumer has held for too long, unless it is gone from the stream (XTRIM, MAXLEN, XDEL):
-- then only who holds it can still store it, and it is lost if that consumer has died. Tells of each that is, once.
-- XAUTOCLAIM would forget what is gone, also while its consumer works on it.
-- KEYS: 1 the stream, 2 count of entries lost to the group
-- ARGV: 1 the group, 2 the consumer, 3 milliseconds after which an entry is claimed, and a consumer of which nothing was
-- heard has died; 4 the entry after which to begin; 5 ... the entries that this consumer holds
-- Returns the entry after which to go on, 0-0 at the end; those that are lost; and the one claimed with its fields, or
-- none.
local NONE_AFTER = '18446744073709551615-0'
local stream, group, consumer, idle = KEYS[1], ARGV[1], ARGV[2], tonumber(ARGV[3])

local function has_died(holder, entry)
  if holder == consumer then  -- in an earlier process, unless it is held in this one
    for i = 5, #ARGV do
      if ARGV[i] == entry then return false end
    end
    return true
  end
  for _, reply in ipairs(redis.call('XINFO', 'CONSUMERS', stream, group)) do
    local facts = {}
    for i = 1, #reply, 2 do facts[reply[i]] = reply[i + 1] end
    if facts['name'] == holder then return facts['idle'] >= idle end
  end
  return true
end

-- It reads nothing, but the group hears of this consumer, also while it works on an entry and takes no other.
redis.call('XREADGROUP', 'GROUP', group, consumer, 'COUNT', 1, 'STREAMS', stream, NONE_AFTER)

local held = redis.call('XPENDING', stream, group, 'IDLE', idle, '(' .. ARGV[4], '+', 1)[1]
if not held then return {'0-0', {}, {}} end
local entry, holder = held[1], held[2]
if #redis.call('XRANGE', stream, entry, entry) == 1 then
  return {entry, {}, redis.call('XCLAIM', stream, group, consumer, idle, entry)}
end
if not has_died(holder, entry) then return {entry, {}, {}} end
redis.call('XACK', stream, group, entry)
redis.call('INCR', KEYS[2])
return {entry, {entry}, {}}
