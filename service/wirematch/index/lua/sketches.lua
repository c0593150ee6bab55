-- Reads the sketches of records: the end of each alone (record_tail.py).
-- ARGV: 2 local numbers ('<I4')
-- Returns for each its sketch, '' where there is none.
local TAIL, NO_SKETCH, LAYOUT_4 = 11, 65535, 1
local sketches = {}
for at = 1, #ARGV[2], 4 do
  local key, sketch = prefix .. 'd' .. string.sub(ARGV[2], at, at + 3), ''
  local tail = redis.call('GETRANGE', key, -TAIL, -1)
  if #tail == TAIL and string.byte(tail, TAIL) == LAYOUT_4 then
    local shingles = struct.unpack('<I2', tail)
    local size = shingles + math.floor((shingles + 256 + 7) / 8)
    if shingles < NO_SKETCH then sketch = redis.call('GETRANGE', key, -TAIL - size, -TAIL - 1) end
    if #sketch ~= size then sketch = '' end
  end
  sketches[#sketches + 1] = sketch
end
return sketches
