-- Shared by the scripts that look up: what a signature's buckets hold, as the caller reads it.
-- An answer is a count ('<I4'), then as often a bucket's place in the signature and a length ('<I4I4'), then as many
-- pieces of pages: the bucket's page from its first record there on. The caller picks the bucket's own records out of
-- it; doing so here would keep the server busy three times as long.
local RECORD_BYTES, NOTHING_FOUND = 6, '\0\0\0\0'

local function new_answer() return {heads = {}, pieces = {}} end

local function collect(answer, place, page, bucket)
  local at = string.find(page, bucket, 1, true)
  while at and (at - 1) % RECORD_BYTES ~= 0 do at = string.find(page, bucket, at + 1, true) end
  if at then
    local count = #answer.heads + 1
    answer.heads[count] = struct.pack('<I4I4', place - 1, #page - at + 1)
    answer.pieces[count] = string.sub(page, at)
  end
end

local function packed_answer(answer)
  return struct.pack('<I4', #answer.heads) .. table.concat(answer.heads) .. table.concat(answer.pieces)
end
