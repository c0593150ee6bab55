-- Takes from the list of ids that were written while a rebuild goes on.
-- ARGV: 2 most to give
return redis.call('LPOP', prefix .. 'changes', ARGV[2]) or {}
