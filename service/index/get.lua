-- Reads the article stored under an id.
-- KEYS: 1 ids
-- ARGV: 1 key prefix, 2 id
-- Gives {number, article, version, stored (ms)}, or {} when there is none.
local number = redis.call('HGET', KEYS[1], ARGV[2])
if not number then return {} end
local fields = redis.call('HMGET', ARGV[1] .. 'd' .. number, 'article', 'version', 'stored')
return {tonumber(number), fields[1], tonumber(fields[2]), tonumber(fields[3])}
