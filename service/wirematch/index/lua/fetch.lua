-- Reads the first records of given numbers that exist, have not expired and pass the filters.
-- ARGV: 2 maximum number of records, 3 filters as JSON or '', 4 local numbers ('<I4'), best first, 5 bytes of records after
--   which it ends, as long records hold the server up
-- Returns {how many of the numbers it has looked at, numbers of the records ('<I4'), record, record ...}.
local moment, most, filters, numbers, bytes = now(), tonumber(ARGV[2]), ARGV[3], ARGV[4], tonumber(ARGV[5])

local function as_set(list)
  if list == cjson.null then return nil end
  local set = {}
  for _, value in ipairs(list) do set[value] = true end
  return set
end

-- Returns a function from a record's key to whether it passes. It reads the record's header only.
local function predicate(text)
  local filters = cjson.decode(text)
  local sources, kinds = as_set(filters.sources), as_set(filters.kinds)
  local after = filters.after ~= cjson.null and filters.after
  local before = filters.before ~= cjson.null and filters.before
  local latest = filters.latest ~= cjson.null and filters.latest
  return function(key)
    local head = redis.call('GETRANGE', key, 0, HEADER - 1)
    if #head < HEADER then return false end
    local published, kind = struct.unpack('<i8B', head, 21)
    local known = published > -9007199254740992
    if kinds and not kinds[kind] then return false end
    if after and not (known and published >= after) then return false end
    if before and not (known and published < before) then return false end
    if latest and known and published > latest then return false end
    if not sources then return true end
    local id_length, source_length = struct.unpack('<I2I2', head, 46)
    local source = source_length == 0 and ''
      or redis.call('GETRANGE', key, HEADER + id_length, HEADER + id_length + source_length - 1)
    return sources[source] or false
  end
end

local passes = filters ~= '' and predicate(filters)
local found, answer, looked_at = {}, {0, ''}, 0
for at = 1, #numbers, 4 do
  if #found >= most or bytes <= 0 then break end
  looked_at = looked_at + 1
  local packed = string.sub(numbers, at, at + 3)
  local key = prefix .. 'd' .. packed
  if not passes or passes(key) then
    local record = redis.call('GET', key)
    if record and not expired(record, moment) then
      found[#found + 1] = packed
      answer[#answer + 1] = record
      bytes = bytes - #record
    end
  end
end
answer[1], answer[2] = looked_at, table.concat(found)
return answer
