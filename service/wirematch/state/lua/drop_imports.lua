-- Removes marks of imports.
-- KEYS: 1 hash of all marks
-- ARGV: fields
for _, field in ipairs(ARGV) do redis.call('HDEL', KEYS[1], field) end
