-- Restores memberships from a backup. An article that is in a cluster stays there.
-- ARGV: from 2 for each: id, original, relation, probability * 10000, id that the relation is to, time of storing in ms
-- Returns how many were made members.
local made = 0
for at = 2, #ARGV, 6 do
  local id, original, relation, probability, to, stored = unpack(ARGV, at, at + 5)
  if redis.call('HEXISTS', KEYS[1], id) == 0 then
    redis.call('ZADD', prefix .. original, stored, id)
    redis.call('HSET', KEYS[1], id, pack_membership(tonumber(relation), tonumber(probability), original, to))
    made = made + 1
  end
end
return made
