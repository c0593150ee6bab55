-- Scans the memberships of all clusters.
-- ARGV: 2 cursor, '0' at first
-- Returns {next cursor, {{id, original, relation, probability * 10000, id that the relation is to, time of storing} ...}}.
-- A time of 0: the original's set lacks the article. As with HSCAN, a member may be returned more than once.
local answer, members = redis.call('HSCAN', KEYS[1], ARGV[2], 'COUNT', 500), {}
for at = 1, #answer[2], 2 do
  members[#members + 1] = described(answer[2][at], answer[2][at + 1])
end
return {answer[1], members}
