-- Deletes given mentions; those noted meanwhile stay.
-- KEYS: 1 set of an article's mentions
-- ARGV: the mentions
for at = 1, #ARGV do redis.call('SREM', KEYS[1], ARGV[at]) end
return #ARGV
