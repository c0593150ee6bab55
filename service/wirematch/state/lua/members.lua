-- Tells the group of an article, a page of it: the original first, the others in order of storing.
-- ARGV: 2 id, 3 members to pass over, 4 most to give, 5 ms since 1970 when the article was stored, 0: whichever has the id
-- Gives {original, members in all, then for each {id, relation, probability * 10000, id that the relation is to}}, or {}
-- when the article is in no group.
local original = original_of(ARGV[2])
if not original then return {} end
local stored = tonumber(ARGV[5])
if stored > 0 and tonumber(redis.call('ZSCORE', prefix .. original, ARGV[2])) ~= stored then return {} end
local members, offset, most = prefix .. original, tonumber(ARGV[3]), tonumber(ARGV[4])
local ids = {}
if offset == 0 then
  ids[1], most = original, most - 1
else
  offset = offset - 1
end
if most > 0 then
  -- The original has a place of its own in the order, which is passed over.
  if redis.call('ZRANK', members, original) <= offset then offset = offset + 1 end
  for _, id in ipairs(redis.call('ZRANGE', members, offset, offset + most)) do
    if id ~= original and most > 0 then ids[#ids + 1], most = id, most - 1 end
  end
end
local answer = {original, redis.call('ZCARD', members)}
for _, id in ipairs(ids) do
  local relation, probability, _, to = unpack_entry(redis.call('HGET', KEYS[1], id))
  answer[#answer + 1] = {id, relation, probability, to}
end
return answer
