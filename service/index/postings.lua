-- Shared by the scripts that write. A posting list is a string of 32-bit little-endian document numbers, oldest
-- first, at most `cap` of them; there is one for every (band, minimum) that any stored signature has.

-- The four bytes of `signature` for `band` (from 0) behind the band's own byte: a bucket's name.
local function bucket_key(prefix, signature, band)
  return prefix .. 'b' .. string.char(band) .. string.sub(signature, 4 * band + 1, 4 * band + 4)
end

local function add_postings(prefix, signature, packed_number, cap)
  for band = 0, #signature / 4 - 1 do
    local key = bucket_key(prefix, signature, band)
    if redis.call('APPEND', key, packed_number) > 4 * cap then
      redis.call('SET', key, redis.call('GETRANGE', key, -4 * cap, -1))
    end
  end
end

local function remove_postings(prefix, signature, packed_number)
  for band = 0, #signature / 4 - 1 do
    local key = bucket_key(prefix, signature, band)
    local list = redis.call('GET', key)
    if list then
      local at = 1
      while at <= #list and string.sub(list, at, at + 3) ~= packed_number do at = at + 4 end
      if at <= #list then
        local rest = string.sub(list, 1, at - 1) .. string.sub(list, at + 4)
        if rest == '' then redis.call('DEL', key) else redis.call('SET', key, rest) end
      end
    end
  end
end

-- Takes the article stored under `number` out of every bucket and forgets its record.
local function remove_document(prefix, number)
  local record = prefix .. 'd' .. number
  remove_postings(prefix, redis.call('HGET', record, 'signature'), struct.pack('<I4', number))
  redis.call('DEL', record)
end
