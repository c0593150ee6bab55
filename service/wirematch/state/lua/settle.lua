-- Assigns articles to clusters, one after the other.
-- ARGV: from 2 for each article a list as JSON: id, time of storing in ms since 1970, whether it becomes a member (else only
--   its original is returned), whether its text has replaced another, then two lists of {id, ms, relation,
--   probability * 10000}: articles that it derives from, earliest first; and earlier copies and rewrites of it
-- Returns for each the id of its original, or '' when it is one itself.

-- The original of an article that was stored at a given time. A membership with another time is of an earlier article with
-- the same id, and is removed.
local function verified_original_of(id, stored)
  local original = original_of(id)
  if not original then return nil end
  if tonumber(redis.call('ZSCORE', prefix .. original, id)) ~= stored then
    leave(id)
    return nil
  end
  return original
end

local function add_member(id, stored, original, relation, probability, to)
  redis.call('ZADD', prefix .. original, stored, id)
  redis.call('HSET', KEYS[1], id, pack_membership(relation, probability, original, to))
end

-- Makes an article that is in no cluster the original of a new one.
local function ensure_cluster(original, stored)
  if not original_of(original) then add_member(original, stored, original, 255, 0, '') end
end

-- Moves all members of one original's cluster into the cluster of another.
local function merge(from, original)
  for _, id in ipairs(redis.call('ZRANGE', prefix .. from, 0, -1)) do set_original(id, original) end
  redis.call('ZUNIONSTORE', prefix .. original, 2, prefix .. original, prefix .. from, 'AGGREGATE', 'MIN')
  redis.call('DEL', prefix .. from)
end

-- The earliest original among the clusters of an article's sources, its time of storing, and the source that led to it. A
-- source in no cluster counts as an original: it is one, or its own update is still to come and merges the clusters. Of
-- originals with equal times, one that is in a cluster is preferred.
local function earliest_original(id, sources)
  local original, stored, source, in_cluster
  for _, candidate in ipairs(sources) do
    local found = verified_original_of(candidate[1], candidate[2])
    local time = found and tonumber(redis.call('ZSCORE', prefix .. found, found)) or candidate[2]
    if found ~= id and (not stored or time < stored or (time == stored and found and not in_cluster)) then
      original, stored, source, in_cluster = found or candidate[1], time, candidate, found
    end
  end
  return original, stored, source
end

local function settle(article)
  local id, stored, stays, changed, sources, followers = unpack(article)
  if changed then leave(id) end
  local own = verified_original_of(id, stored)
  local original, original_stored, source = earliest_original(id, sources)
  -- An update of another article has already made this one a member.
  if own and own ~= id then original = own end
  if not stays then return original or '' end

  if original and source then
    ensure_cluster(original, original_stored)
    if own == id then merge(id, original) end
    add_member(id, stored, original, source[3], source[4], source[1])
  end
  for _, follower in ipairs(followers) do
    local present, to = verified_original_of(follower[1], follower[2]), original or id
    -- A follower that is a member of another original's cluster stays there.
    if (not present or present == follower[1]) and to ~= follower[1] then
      ensure_cluster(to, stored)
      if present then merge(follower[1], to) end
      add_member(follower[1], follower[2], to, follower[3], follower[4], id)
    end
  end
  return original or ''
end

local answers = {}
for at = 2, #ARGV do answers[#answers + 1] = settle(cjson.decode(ARGV[at])) end
return answers
