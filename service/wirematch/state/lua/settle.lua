-- Settles which group articles belong to, one after the other.
-- ARGV: 2 for each article, a list as JSON: id, ms since 1970 when it was stored, whether it stays stored (else
--   only its original is told), whether its text is another than before, then two lists of {id, ms, relation,
--   probability * 10000}: what it derives from, earliest first, and the copies and rewrites that it is the source of
-- Gives for each the id of its original, or '' when it is one itself.

-- An entry of another article that once had the id was stored at another time, and means nothing.
local function known(id, stored)
  local original = original_of(id)
  if not original then return nil end
  if tonumber(redis.call('ZSCORE', prefix .. original, id)) ~= stored then
    leave(id)
    return nil
  end
  return original
end

local function join(id, stored, original, relation, probability, to)
  redis.call('ZADD', prefix .. original, stored, id)
  redis.call('HSET', KEYS[1], id, pack_entry(relation, probability, original, to))
end

-- Makes one that is in no group the original of one.
local function found_group(original, stored)
  if not original_of(original) then join(original, stored, original, 255, 0, '') end
end

-- All of one group become members of another.
local function merge(from, original)
  for _, id in ipairs(redis.call('ZRANGE', prefix .. from, 0, -1)) do point_to(id, original) end
  redis.call('ZUNIONSTORE', prefix .. original, 2, prefix .. original, prefix .. from, 'AGGREGATE', 'MIN')
  redis.call('DEL', prefix .. from)
end

-- The earliest original of what an article derives from, when that was stored, and from which of them it was found. One
-- that is in no group is an original, or about to be settled: then its group follows it. Of equally early ones that in
-- a group is sure.
local function earliest(id, sources)
  local original, stored, source, sure
  for _, found in ipairs(sources) do
    local its = known(found[1], found[2])
    local time = its and tonumber(redis.call('ZSCORE', prefix .. its, its)) or found[2]
    if its ~= id and (not stored or time < stored or (time == stored and its and not sure)) then
      original, stored, source, sure = its or found[1], time, found, its
    end
  end
  return original, stored, source
end

local function settle(article)
  local id, stored, stays, other_text, sources, followers = unpack(article)
  if other_text then leave(id) end
  local own = known(id, stored)
  local original, original_stored, source = earliest(id, sources)
  -- Somebody found it to be its source, or a copy of another, before it was settled itself.
  if own and own ~= id then original = own end
  if not stays then return original or '' end

  if original and source then
    found_group(original, original_stored)
    if own == id then merge(id, original) end
    join(id, stored, original, source[3], source[4], source[1])
  end
  for _, found in ipairs(followers) do
    local its, to = known(found[1], found[2]), original or id
    if (not its or its == found[1]) and to ~= found[1] then
      found_group(to, stored)
      if its then merge(found[1], to) end
      join(found[1], found[2], to, found[3], found[4], id)
    end
  end
  return original or ''
end

local answers = {}
for at = 2, #ARGV do answers[#answers + 1] = settle(cjson.decode(ARGV[at])) end
return answers
