-- Goes through the shard's articles, some at a time.
-- ARGV: 2 cursor, '0' first
-- Gives {next cursor, document numbers ('<I4')}; what was there all the time is given once or more often.
local answer = redis.call('HSCAN', KEYS[2], ARGV[2], 'COUNT', 1000)
local numbers = {}
for at = 2, #answer[2], 2 do numbers[#numbers + 1] = answer[2][at] end
return {answer[1], table.concat(numbers)}
