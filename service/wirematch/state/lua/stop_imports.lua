-- Removes the signs of life of imports that end before all is stored; their marks stay.
-- KEYS: 1 hash of signs of life
-- ARGV: fields
for _, field in ipairs(ARGV) do redis.call('HDEL', KEYS[1], field) end
