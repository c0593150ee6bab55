-- Reads the marks of all imports.
-- KEYS: 1 hash of all marks, 2 hash of signs of life
-- Returns mark, seconds since its last sign of life or false, mark, seconds ...
local now, found = tonumber(redis.call('TIME')[1]), {}
local marks = redis.call('HGETALL', KEYS[1])
for at = 1, #marks, 2 do
    local seen = redis.call('HGET', KEYS[2], marks[at])
    found[#found + 1] = marks[at + 1]
    found[#found + 1] = seen and now - tonumber(seen)
end
return found
