-- Removes marks of imports.
-- KEYS: 1 hash of all marks, 2 hash of signs of life
-- ARGV: fields
for _, field in ipairs(ARGV) do
    redis.call('HDEL', KEYS[1], field)
    redis.call('HDEL', KEYS[2], field)
end
