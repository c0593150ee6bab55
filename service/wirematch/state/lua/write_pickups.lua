-- Notes something of each of some articles.
-- KEYS: the notes
-- ARGV: 1 ms that they are kept, then what is noted, in their order
for at = 1, #KEYS do redis.call('SET', KEYS[at], ARGV[at + 1], 'PX', ARGV[1]) end
return #KEYS
