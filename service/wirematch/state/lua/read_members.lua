-- Reads the memberships of articles.
-- ARGV: from 2 ids
-- Returns for each that is in a cluster {id, original, relation, probability * 10000, id that the relation is to, time of
-- storing}. A time of 0: the original's set lacks the article.
local members = {}
for at = 2, #ARGV do
  local packed = redis.call('HGET', KEYS[1], ARGV[at])
  if packed then members[#members + 1] = described(ARGV[at], packed) end
end
return members
