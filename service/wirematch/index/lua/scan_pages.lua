-- Scans the pages of one part.
-- ARGV: 2 part, 3 cursor, '0' at first
-- Returns {next cursor, {field, postings ...}}. As with HSCAN, a field that exists all the time is returned at least once.
return redis.call('HSCAN', part_key(tonumber(ARGV[2])), ARGV[3], 'COUNT', 500)
