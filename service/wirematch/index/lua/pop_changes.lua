-- Removes the first ids from the log of those written since phase 'logged' began.
-- ARGV: 2 the rebuild, 3 maximum number of ids
-- Returns the ids; nil if the log is that of another rebuild, which would miss them.
if redis.call('HGET', KEYS[1], 'rebuild') ~= ARGV[2] then return nil end
return redis.call('LPOP', prefix .. 'changes', ARGV[3]) or {}
