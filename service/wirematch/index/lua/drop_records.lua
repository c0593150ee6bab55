-- Removes records of a generation that is not live.
-- ARGV: 2 their local numbers ('<I4')
for at = 1, #ARGV[2], 4 do redis.call('UNLINK', prefix .. 'd' .. string.sub(ARGV[2], at, at + 3)) end
