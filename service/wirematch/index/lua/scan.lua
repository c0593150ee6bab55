-- Scans the local numbers of the shard's articles.
-- ARGV: 2 cursor, '0' at first
-- Returns {next cursor, numbers ('<I4')}. As with HSCAN, an article that exists during the whole scan is returned at least
-- once.
local answer = redis.call('HSCAN', KEYS[2], ARGV[2], 'COUNT', 1000)
local numbers = {}
for at = 2, #answer[2], 2 do numbers[#numbers + 1] = answer[2][at] end
return {answer[1], table.concat(numbers)}
