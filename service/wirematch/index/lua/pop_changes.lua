-- Removes the first ids from the log of those written since phase 'logged' began.
-- ARGV: 2 maximum number of ids
-- Returns the ids.
return redis.call('LPOP', prefix .. 'changes', ARGV[2]) or {}
