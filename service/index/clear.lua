-- Forgets a part of a generation that is not live.
-- ARGV: 2 first page, 3 pages to forget, 4 document numbers ('<I4') to forget
for page = tonumber(ARGV[2]), tonumber(ARGV[2]) + tonumber(ARGV[3]) - 1 do redis.call('UNLINK', number_key('p', page)) end
for at = 1, #ARGV[4], 4 do redis.call('UNLINK', prefix .. 'd' .. string.sub(ARGV[4], at, at + 3)) end
