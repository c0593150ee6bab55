-- Goes through the pages of one part.
-- ARGV: 2 part, 3 cursor, '0' at first
-- Returns {next cursor, {field, postings ...}}. As with HSCAN, a field that is there all the time comes once or more often.
return redis.call('HSCAN', part_key(tonumber(ARGV[2])), ARGV[3], 'COUNT', 500)
