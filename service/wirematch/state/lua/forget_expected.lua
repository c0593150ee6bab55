-- Forgets articles for which everything is done; not those that somebody has noted since.
-- KEYS: 1 sorted set of articles
-- ARGV: 1 when they would be looked after, ms since 1970, then ids
for i = 2, #ARGV do
  if redis.call('ZSCORE', KEYS[1], ARGV[i]) == ARGV[1] then redis.call('ZREM', KEYS[1], ARGV[i]) end
end
return 1
