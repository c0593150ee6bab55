-- Shared by the scripts of groups. All of an index's groups lie under one hash tag, so that every change is one step.
-- KEYS: 1 hash: article id -> entry; ARGV[1] is the prefix of the groups' own keys: sorted sets of ids by time of storing,
-- one under the id of each original, which is a member itself. An article that is in no group is in no key.
-- An entry: relation ('<B', 255: none), probability * 10000 ('<I2'), length of the original's id ('<I2'), that id, and the
-- id of the article that the relation is to.
local prefix = ARGV[1]

local function pack_entry(relation, probability, original, to)
  return struct.pack('<BI2I2', relation, probability, #original) .. original .. to
end

local function unpack_entry(entry)
  local relation, probability, length = struct.unpack('<BI2I2', entry)
  return relation, probability, string.sub(entry, 6, 5 + length), string.sub(entry, 6 + length)
end

local function original_of(id)
  local entry = redis.call('HGET', KEYS[1], id)
  if not entry then return nil end
  local _, _, original = unpack_entry(entry)
  return original
end

local function point_to(id, original)
  local relation, probability, _, to = unpack_entry(redis.call('HGET', KEYS[1], id))
  redis.call('HSET', KEYS[1], id, pack_entry(relation, probability, original, to))
end

-- Takes an article out of its group. The earliest of those that are left follows an original; one alone is no group.
local function leave(id)
  local original = original_of(id)
  if not original then return false end
  local members = prefix .. original
  redis.call('HDEL', KEYS[1], id)
  redis.call('ZREM', members, id)
  local left = redis.call('ZCARD', members)
  if left == 1 then
    redis.call('HDEL', KEYS[1], redis.call('ZRANGE', members, 0, 0)[1])
    redis.call('DEL', members)
  elseif left > 1 and original == id then
    local ids = redis.call('ZRANGE', members, 0, -1)
    redis.call('RENAME', members, prefix .. ids[1])
    for _, other in ipairs(ids) do point_to(other, ids[1]) end
  end
  return true
end
