-- Writes marks of imports.
-- KEYS: 1 hash of all marks
-- ARGV: field, mark, field, mark ...
for at = 1, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 1]) end -- a backup may have any number of tenants
