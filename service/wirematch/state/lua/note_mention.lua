-- Notes where an article is mentioned.
-- KEYS: 1 set of the article's mentions
-- ARGV: 1 mention, 2 ms for which it is kept (0: for ever)
local known = redis.call('EXISTS', KEYS[1]) == 1
redis.call('SADD', KEYS[1], ARGV[1])
if ARGV[2] == '0' then
  redis.call('PERSIST', KEYS[1])
elseif known then
  redis.call('PEXPIRE', KEYS[1], ARGV[2], 'GT')
else
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return 1
