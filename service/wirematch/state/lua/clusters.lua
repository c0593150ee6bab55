-- Shared by the scripts of clusters. All clusters of an index are under one hash tag, so every change is atomic.
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

-- A membership as scripts answer it; a time of storing of 0 where the original's set does not have the article.
local function described(id, packed)
  local relation, probability, original, to = unpack_membership(packed)
  return {id, original, relation, probability, to, tonumber(redis.call('ZSCORE', prefix .. original, id) or 0)}
end

-- The original of an article's cluster; nil when it is in none.
local function original_of(id)
  local packed = redis.call('HGET', KEYS[1], id)
  if not packed then return nil end
  local _, _, original = unpack_membership(packed)
  return original
end

local function set_original(id, original)
  local relation, probability, _, to = unpack_membership(redis.call('HGET', KEYS[1], id))
  redis.call('HSET', KEYS[1], id, pack_membership(relation, probability, original, to))
end

-- Removes an article from its cluster. If it was the original, the earliest remaining member becomes it. A cluster of one
-- member is removed. Returns whether the article was in a cluster.
local function leave(id)
  local original = original_of(id)
  if not original then return false end
  local members = prefix .. original
  redis.call('HDEL', KEYS[1], id)
  redis.call('ZREM', members, id)
  local remaining = redis.call('ZCARD', members)
  if remaining == 1 then
    redis.call('HDEL', KEYS[1], redis.call('ZRANGE', members, 0, 0)[1])
    redis.call('DEL', members)
  elseif remaining > 1 and original == id then
    local ids = redis.call('ZRANGE', members, 0, -1)
    redis.call('RENAME', members, prefix .. ids[1])
    for _, member in ipairs(ids) do set_original(member, ids[1]) end
  end
  return true
end
