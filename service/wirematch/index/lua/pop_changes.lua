-- Removes the first ids from the list of those that were written since phase 'logged' began.
-- ARGV: 2 how many at most
-- Returns the ids.
return redis.call('LPOP', prefix .. 'changes', ARGV[2]) or {}
