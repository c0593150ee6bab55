-- Shared by the scripts of clusters. All clusters of an index have one hash tag, so every change is atomic.
-- KEYS: 1 hash from article id to membership. ARGV[1]: prefix of the member sets, each a sorted set of article ids by time
-- of storing, under the id of its original, which is a member too. An article without copies and rewrites is in no key.
-- A membership is: relation ('<B', 255: none), probability * 10000 ('<I2'), length of the original's id ('<I2'), that id, and
-- the id of the article that the relation is to.
local prefix = ARGV[1]

local function pack_membership(relation, probability, original, to)
  return struct.pack('<BI2I2', relation, probability, #original) .. original .. to
end

local function unpack_membership(packed)
  local relation, probability, length = struct.unpack('<BI2I2', packed)
  return relation, probability, string.sub(packed, 6, 5 + length), string.sub(packed, 6 + length)
end

-- Returns a membership as in scripts' answers; the time of storing is 0 if the original's set lacks the article.
local function described(id, packed)
  local relation, probability, original, to = unpack_membership(packed)
  return {id, original, relation, probability, to, tonumber(redis.call('ZSCORE', prefix .. original, id) or 0)}
end

-- Returns the original of an article's cluster; nil if it is in none.
local function original_of(id)
  local packed = redis.call('HGET', KEYS[1], id)
  if not packed then return nil end
  local _, _, original = unpack_membership(packed)
  return original
end

-- Returns the id of the article that a membership's relation is to.
local function to_of(packed)
  return string.sub(packed, 6 + string.byte(packed, 4) + 256 * string.byte(packed, 5))
end

-- Returns a function that gives memberships another original.
local function with_original(original)
  local named = struct.pack('<I2', #original) .. original
  return function(packed, to) return string.sub(packed, 1, 3) .. named .. (to or to_of(packed)) end
end

local function set_original(id, original)
  redis.call('HSET', KEYS[1], id, with_original(original)(redis.call('HGET', KEYS[1], id)))
end

-- Hash from the id of each member that a later article took along, before the member's own update, to that article: its
-- place in order of storing ('s'), and its id. Times do not tell a member that was taken along from others, as many articles
-- are stored in one millisecond.
local takers = KEYS[1] .. ':takers'

-- Removes a cluster if it has one member, given the key of its set.
local function remove_single(members)
  if redis.call('ZCARD', members) ~= 1 then return end
  local id = redis.call('ZRANGE', members, 0, 0)[1]
  redis.call('HDEL', KEYS[1], id)
  redis.call('HDEL', takers, id)
  redis.call('DEL', members)
end

-- The probable original of an article whose own update is still to come, and for each such original the set of articles that
-- name it, so that a deletion can remove both. Both expire when no update can still be outstanding.
local FORESEEN_MS = 120000
local function foreseen_of(id) return KEYS[1] .. ':foreseen:' .. id end
local function foreseen_by(id) return KEYS[1] .. ':foreseen-by:' .. id end

local function foresee(id, original)
  redis.call('SET', foreseen_of(id), original, 'PX', FORESEEN_MS)
  redis.call('SADD', foreseen_by(original), id)
  redis.call('PEXPIRE', foreseen_by(original), FORESEEN_MS)
end

local function drop_foreseen(id)
  for _, other in ipairs(redis.call('SMEMBERS', foreseen_by(id))) do redis.call('DEL', foreseen_of(other)) end
  local original = redis.call('GET', foreseen_of(id))
  if original then redis.call('SREM', foreseen_by(original), id) end
  redis.call('DEL', foreseen_of(id), foreseen_by(id))
end

local AT_ONCE = 1000  -- members that one command reads or writes

-- Calls a function with id and membership of each member, in order of storing. What it returns replaces the membership.
local function each_member(members, act)
  local ids = redis.call('ZRANGE', members, 0, -1)
  for first = 1, #ids, AT_ONCE do
    local last = math.min(first + AT_ONCE - 1, #ids)
    local found, changed = redis.call('HMGET', KEYS[1], unpack(ids, first, last)), {}
    for at = first, last do
      local packed = found[at - first + 1]
      local new = packed and act(ids[at], packed)
      if new then
        changed[#changed + 1] = ids[at]
        changed[#changed + 1] = new
      end
    end
    if #changed > 0 then redis.call('HSET', KEYS[1], unpack(changed)) end
  end
end

-- Repairs a cluster that articles have left: no member names them any more, and if the original left, the earliest remaining
-- member becomes the original.
local function tidy(original, gone)
  local members = prefix .. original
  remove_single(members)
  local first = redis.call('ZRANGE', members, 0, 0)[1]
  if not first then return end
  local present = gone[original] and first or original
  if present ~= original then redis.call('RENAME', members, prefix .. present) end
  local renamed, alone = with_original(present), {}
  each_member(prefix .. present, function(id, packed)
    local is_gone = gone[to_of(packed)]
    if is_gone then alone[#alone + 1] = id end
    if is_gone or present ~= original then return renamed(packed, is_gone and '') end
  end)
  for first = 1, #alone, AT_ONCE do
    redis.call('HDEL', takers, unpack(alone, first, math.min(first + AT_ONCE - 1, #alone)))
  end
end

-- Removes articles from their clusters and from the relations of other members, in one pass over each cluster. A cluster of
-- one member is removed. Returns how many articles were in a cluster.
local function leave(ids)
  local gone, left, removed = {}, {}, 0
  for _, id in ipairs(ids) do
    drop_foreseen(id)
    local original = original_of(id)
    if original then
      redis.call('HDEL', KEYS[1], id)
      redis.call('HDEL', takers, id)
      redis.call('ZREM', prefix .. original, id)
      gone[id], left[original], removed = true, true, removed + 1
    end
  end
  for original in pairs(left) do tidy(original, gone) end
  return removed
end
