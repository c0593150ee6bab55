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

local function set_original(id, original)
  local relation, probability, _, to = unpack_membership(redis.call('HGET', KEYS[1], id))
  redis.call('HSET', KEYS[1], id, pack_membership(relation, probability, original, to))
end

-- Removes a cluster if it has one member, given the key of its set.
local function remove_single(members)
  if redis.call('ZCARD', members) ~= 1 then return end
  redis.call('HDEL', KEYS[1], redis.call('ZRANGE', members, 0, 0)[1])
  redis.call('DEL', members)
end

-- Removes an article from its cluster, and from the relations of other members. If it was the original, the earliest remaining
-- member becomes the original. A cluster of one member is removed. Returns whether the article was in a cluster.
local function leave(id)
  local original = original_of(id)
  if not original then return false end
  local members = prefix .. original
  redis.call('HDEL', KEYS[1], id)
  redis.call('ZREM', members, id)
  remove_single(members)
  local ids = redis.call('ZRANGE', members, 0, -1)
  if #ids > 0 and original == id then
    original = ids[1]
    redis.call('RENAME', members, prefix .. original)
  end
  for _, member in ipairs(ids) do
    local relation, probability, present, to = unpack_membership(redis.call('HGET', KEYS[1], member))
    if to == id or present ~= original then
      redis.call('HSET', KEYS[1], member, pack_membership(relation, probability, original, to == id and '' or to))
    end
  end
  return true
end
