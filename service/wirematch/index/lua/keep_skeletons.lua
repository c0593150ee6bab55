-- Writes skeletons into the room that records have for them (record_tail.py), where there is none yet. A number names one
-- version of an article for ever, so whoever writes later writes the same. No record becomes longer.
-- ARGV: from 2 for each: 1 local number ('<I4'), 2 skeleton, 3 its checksum
-- Returns how many were written.
local TAIL, NO_SKETCH, LAYOUT_4 = 11, 65535, 1
local written = 0
for at = 2, #ARGV, 3 do
  local key, skeleton = prefix .. 'd' .. ARGV[at], ARGV[at + 1]
  local tail = redis.call('GETRANGE', key, -TAIL, -1)
  if #tail == TAIL and string.byte(tail, TAIL) == LAYOUT_4 then
    local shingles, room, length = struct.unpack('<I2I2I2', tail)
    local size = shingles < NO_SKETCH and shingles + math.floor((shingles + 256 + 7) / 8) or 0
    local tail_at = redis.call('STRLEN', key) - TAIL
    if length == 0 and #skeleton <= room and tail_at >= size + room then
      redis.call('SETRANGE', key, tail_at - size - room, skeleton)
      redis.call('SETRANGE', key, tail_at + 4, struct.pack('<I2I4', #skeleton, tonumber(ARGV[at + 2])))
      written = written + 1
    end
  end
end
return written
