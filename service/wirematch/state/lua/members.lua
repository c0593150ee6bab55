-- Reads a page of the members of an article's cluster: the original first, the others in order of storing.
-- ARGV: 2 article id, 3 offset, 4 limit, 5 time of storing in ms since 1970 that the article must have (0: any)
-- Returns {original, number of members, then for each {id, relation, probability * 10000, id that the relation is to}}, or {}
-- if the article is in no cluster.
local original = original_of(ARGV[2])
if not original then return {} end
local stored = tonumber(ARGV[5])
if stored > 0 and tonumber(redis.call('ZSCORE', prefix .. original, ARGV[2])) ~= stored then return {} end
local members, offset, limit = prefix .. original, tonumber(ARGV[3]), tonumber(ARGV[4])
local ids = {}
if offset == 0 then
  ids[1], limit = original, limit - 1
else
  offset = offset - 1
end
if limit > 0 then
  -- Skip the original, which stands in the sorted set at its time of storing.
  if redis.call('ZRANK', members, original) <= offset then offset = offset + 1 end
  for _, id in ipairs(redis.call('ZRANGE', members, offset, offset + limit)) do
    if id ~= original and limit > 0 then ids[#ids + 1], limit = id, limit - 1 end
  end
end
local answer = {original, redis.call('ZCARD', members)}
for _, id in ipairs(ids) do
  local relation, probability, _, to = unpack_membership(redis.call('HGET', KEYS[1], id))
  answer[#answer + 1] = {id, relation, probability, to}
end
return answer
