-- Assigns articles to clusters, one after the other. Updates may come in any order; in the end, clusters are as if they had
-- come in order of storing (docs/adr/0078), as only an article's own update determines its source.
-- KEYS: 2 sorted set of articles whose update may be still to come
-- ARGV: 2 JSON object of articles of which no update is to come but those given, to when their notes are due, ms since 1970;
--   from 3 for each article a list as JSON: id, time of storing in ms since 1970, document number as a string of constant
--   length, whether it becomes a member (else only its original is returned), whether its text has replaced another, whether
--   this corrects an earlier update, through which of its sources it joins a cluster, then two lists of {id, ms, relation,
--   probability * 10000}: its sources (articles that it derives from), earliest first; and copies and rewrites of it that were
--   stored earlier
-- Returns for each the id of its original, or '' if it is one itself.

-- Returns the original of an article stored at a given time. A membership with an earlier time is of an earlier article with
-- the same id, and is removed; with a later time, the article is gone.
local function verified_original_of(id, stored)
  local original = original_of(id)
  if not original then return nil end
  local time = tonumber(redis.call('ZSCORE', prefix .. original, id) or 0)
  if time == stored then return original end
  if time < stored then leave({id}) end
  return nil
end

-- An article's place in order of storing, as a string that can be compared.
local function place_of(stored, number) return string.format('%016d', stored) .. number end

local function add_member(id, stored, original, relation, probability, to, taker)
  redis.call('ZADD', prefix .. original, stored, id)
  if taker then
    redis.call('HSET', takers, id, struct.pack('s', taker) .. to)
  else
    redis.call('HDEL', takers, id)
  end
  redis.call('HSET', KEYS[1], id, pack_membership(relation, probability, original, to))
end

-- Makes an article in no cluster the original of a new one.
local function ensure_cluster(original, stored)
  if not original_of(original) then add_member(original, stored, original, 255, 0, '') end
end

-- Merges one original's cluster into that of another.
local function merge(from, original)
  local renamed = with_original(original)
  each_member(prefix .. from, function(_, packed) return renamed(packed) end)
  local less, more = prefix .. from, prefix .. original
  if redis.call('ZCARD', less) > redis.call('ZCARD', more) then less, more = more, less end
  local times = redis.call('ZRANGE', less, 0, -1, 'WITHSCORES')
  for at = 1, #times, 2 do redis.call('ZADD', more, 'LT', times[at + 1], times[at]) end
  redis.call('DEL', less)
  if more ~= prefix .. original then redis.call('RENAME', more, prefix .. original) end
end

-- Returns the article through which a member joined the cluster of an original; nil for the original and non-members.
local function joined_through(id, original)
  local packed = id ~= original and redis.call('HGET', KEYS[1], id)
  if not packed then return nil end
  local _, _, present, to = unpack_membership(packed)
  return present == original and to or nil
end

-- Returns the place, in order of storing, of the later article that took a member along before the member's own update; nil
-- for others.
local function taken_by(id, original)
  local to = joined_through(id, original)
  if not to then return nil end
  local packed = redis.call('HGET', takers, id)
  if packed then
    local place, at = struct.unpack('s', packed)
    return string.sub(packed, at) == to and place or nil
  end
  -- Taken along by an earlier release, which did not note it, or before a backup.
  local time = tonumber(redis.call('ZSCORE', prefix .. original, to) or nil)
  return time and time > tonumber(redis.call('ZSCORE', prefix .. original, id)) and place_of(time, '') or nil
end

-- Whether a member is `top` or joined through it, directly or not. All members are under the original, including those that
-- joined through an article that has left.
local function is_under(id, top, original)
  local passed = {}
  if top == original then return true end
  while id and not passed[id] do
    if id == top then return true end
    passed[id] = true
    id = joined_through(id, original)
  end
  return false
end

-- Returns a member's branch: a set of its id and those of all that joined through it.
local function branch_of(id, original)
  local through, under, branch = {}, {[id] = true}, {}
  each_member(prefix .. original, function(member, packed)
    local _, _, present, to = unpack_membership(packed)
    through[member] = present == original and to or ''
  end)
  through[original] = ''
  for member in pairs(through) do
    local way, at = {}, member
    while at and under[at] == nil do
      way[#way + 1], under[at] = at, false
      at = through[at]
    end
    for _, passed in ipairs(way) do under[passed] = at and under[at] or false end
  end
  for member, is_under in pairs(under) do
    if is_under then branch[member] = true end
  end
  return branch
end

-- Moves a branch, which must not have its cluster's original, into the cluster of another original.
local function move(branch, from, original)
  for id in pairs(branch) do
    redis.call('ZADD', prefix .. original, redis.call('ZSCORE', prefix .. from, id), id)
    redis.call('ZREM', prefix .. from, id)
    set_original(id, original)
  end
  remove_single(prefix .. from)
end

-- Makes a member, with what joined through it, a cluster of its own.
local function detach(id, original)
  local stored = redis.call('ZSCORE', prefix .. original, id)
  move(branch_of(id, original), original, id)
  add_member(id, stored, id, 255, 0, '')
end

-- Breaks a cycle, in which an article would derive from itself. Of the members on the way from `member` to `last`, through
-- which it joined, the one taken along last, and later than `least`, becomes an original with its branch. Returns whether
-- there was one.
local function release(member, last, original, least)
  local free, latest
  local passed = {}  -- a release before ADR 78 may have left members that joined through each other
  while member and member ~= last and not passed[member] do
    passed[member] = true
    local place = taken_by(member, original)
    if place and place > (latest or least) then free, latest = member, place end
    member = joined_through(member, original)
  end
  if not free then return false end
  detach(free, original)
  return true
end

-- Makes an article, with what joined through it, join a cluster through one of its sources.
local function join(id, stored, own, source)
  local root = verified_original_of(source[1], source[2]) or source[1]
  if root == own and (own == id or is_under(source[1], id, own)) then
    if not release(source[1], id, own, '') then return end
    own, root = original_of(id), original_of(source[1])
  end
  ensure_cluster(root, source[2])
  if own == id then
    merge(id, root)
  elseif own and own ~= root then
    move(branch_of(id, own), own, root)
  end
  add_member(id, stored, root, source[3], source[4], source[1])
end

-- Takes an earlier article that derives from this one along into its cluster, with what joined through it, unless it joined by
-- an update of its own, or was taken along by an article stored before this one.
local function take_along(id, stored, number, follower)
  local earlier, time, place = follower[1], follower[2], place_of(stored, number)
  local present, original = verified_original_of(earlier, time), original_of(id) or id
  if present and present ~= earlier and (taken_by(earlier, present) or '') <= place then return end
  if present == original and is_under(id, earlier, present) then
    if not release(id, earlier, present, place) then return end
    present, original = original_of(earlier), original_of(id)
  end
  ensure_cluster(original, stored)
  if present == earlier then
    merge(earlier, original)
  elseif present and present ~= original then
    move(branch_of(earlier, present), present, original)
  end
  add_member(earlier, time, original, follower[3], follower[4], id, place)
end

-- Returns the original of a source, and when that was stored. A source in no cluster counts as an original: it is one, or its
-- own update is still to come and brings along what joined it.
local function root_of(source)
  local original = verified_original_of(source[1], source[2])
  if not original then return source[1], source[2] end
  return original, tonumber(redis.call('ZSCORE', prefix .. original, original))
end

local settled = cjson.decode(ARGV[2])

-- Whether an article's own update may be still to come.
local function is_pending(id)
  local due = redis.call('ZSCORE', KEYS[2], id)
  return due and tonumber(due) ~= settled[id]
end

-- Returns an article's probable original. If its present original may be one only because its own update is still to come,
-- that is the earliest original of any source. It is noted for articles that know of one source only.
local function foreseen(original, sources)
  if not is_pending(original) then return original end
  local best, earliest
  for _, source in ipairs(sources) do
    local root, stored = root_of(source)
    if not best or stored < earliest then best, earliest = root, stored end
  end
  local noted = best == original and redis.call('GET', foreseen_of(original))
  if noted then return original_of(noted) or noted end
  if best ~= original and redis.call('EXISTS', foreseen_of(original)) == 0 then foresee(original, best) end
  return best
end

-- Whether a member joined through a source that is still a member, by an update of its own. What joined through an article
-- that is gone stays with the others that did so: its source cannot be found any more.
local function has_source(id, original)
  local to = joined_through(id, original)
  return to and to ~= '' and not taken_by(id, original)
end

local function settle(article)
  local id, stored, number, stays, changed, again, through, sources, followers = unpack(article)
  if changed then leave({id}) end
  local own, source = verified_original_of(id, stored), sources[through]
  if again and own and own ~= id and not (stays and source) and has_source(id, own) then
    detach(id, own)
    remove_single(prefix .. id)
    own = original_of(id)
  end
  if not stays then
    if own and own ~= id then return own end
    return source and root_of(source) or ''
  end
  if source and (not own or own == id or again or taken_by(id, own)) then join(id, stored, own, source) end
  for _, follower in ipairs(followers) do take_along(id, stored, number, follower) end
  local original = original_of(id) or id
  if original == id then return '' end
  return source and foreseen(original, sources) or original
end

local answers = {}
for at = 3, #ARGV do answers[#answers + 1] = settle(cjson.decode(ARGV[at])) end
return answers
