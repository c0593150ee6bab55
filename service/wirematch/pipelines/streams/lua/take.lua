-- Takes the next new entry for a consumer, and tells how many left the stream (XTRIM, MAXLEN, XDEL) before anybody of the
-- group took them. In one step, as a producer may trim at any time; and once, whichever consumer it tells.
-- KEYS: 1 the stream, 2 count of entries lost to the group
-- ARGV: 1 the group, 2 the consumer
-- Returns the number lost, -1 if some may be and Redis does not know how many, and what XREADGROUP returns, or false.

local function facts(reply)
  local named = {}
  for i = 1, #reply, 2 do named[reply[i]] = reply[i + 1] end
  return named
end

local function before(one, other)
  local ms, seq = one:match('(%d+)-(%d+)')
  local other_ms, other_seq = other:match('(%d+)-(%d+)')
  ms, other_ms = tonumber(ms), tonumber(other_ms)
  return ms < other_ms or ms == other_ms and tonumber(seq) < tonumber(other_seq)
end

local function group_of(groups)
  for _, reply in ipairs(groups) do
    local group = facts(reply)
    if group['name'] == ARGV[1] then return group end
  end
end

local function count_lost()
  local groups = redis.pcall('XINFO', 'GROUPS', KEYS[1])
  local group = not groups.err and group_of(groups)
  if not group then return 0 end  -- XREADGROUP says so
  local stream = facts(redis.call('XINFO', 'STREAM', KEYS[1]))
  local last, read = group['last-delivered-id'], group['entries-read']
  if not stream['entries-added'] then return 0 end  -- Redis before 7
  local at_end = last == stream['last-generated-id']
  local waiting = stream['length'] > 0 and not before(last, stream['recorded-first-entry-id'])
  local counted
  if at_end then
    counted = stream['entries-added']
  elseif waiting then
    return 0
  else
    -- Everything that was taken is gone, so what is gone and was not taken is lost.
    counted = stream['entries-added'] - stream['length']
  end
  if read == counted then return 0 end
  redis.call('XGROUP', 'SETID', KEYS[1], ARGV[1], last, 'ENTRIESREAD', counted)
  if at_end then return 0 end
  if not read then return last == '0-0' and 0 or -1 end  -- what left the stream before the first read is nobody's
  return math.max(counted - read, 0)
end

local lost = count_lost()
if lost > 0 then redis.call('INCRBY', KEYS[2], lost) end
return {lost, redis.call('XREADGROUP', 'GROUP', ARGV[1], ARGV[2], 'COUNT', 1, 'STREAMS', KEYS[1], '>')}
