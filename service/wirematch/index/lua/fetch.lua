-- Reads the first articles, of those named, that pass the filters.
-- ARGV: for each request: 1 most articles to give, 2 filters as JSON or '', 3 document numbers '<I4', best first
-- Gives for each {numbers given ('<I4'), record, record ...}. A number that is gone or has expired is passed over.
local moment = now()

local function as_set(list)
  if list == cjson.null then return nil end
  local set = {}
  for _, value in ipairs(list) do set[value] = true end
  return set
end

-- A function that tells from a record's first bytes whether it passes.
local function filter(text)
  local filters = cjson.decode(text)
  local sources, kinds = as_set(filters.sources), as_set(filters.kinds)
  local after = filters.after ~= cjson.null and filters.after
  local before = filters.before ~= cjson.null and filters.before
  return function(key)
    local head = redis.call('GETRANGE', key, 0, HEADER - 1)
    if #head < HEADER then return false end
    local published, kind = struct.unpack('<i8B', head, 21)
    local known = published > -9007199254740992
    if kinds and not kinds[kind] then return false end
    if after and not (known and published >= after) then return false end
    if before and not (known and published < before) then return false end
    if not sources then return true end
    local id_length, source_length = struct.unpack('<I2I2', head, 46)
    local source = source_length == 0 and ''
      or redis.call('GETRANGE', key, HEADER + id_length, HEADER + id_length + source_length - 1)
    return sources[source] or false
  end
end

local function fetch(most, filters, numbers)
  local passes = filters ~= '' and filter(filters)
  local given, found = {}, {''}
  for at = 1, #numbers, 4 do
    if #given >= most then break end
    local packed = string.sub(numbers, at, at + 3)
    local key = prefix .. 'd' .. packed
    if not passes or passes(key) then
      local record = redis.call('GET', key)
      if record and not expired(record, moment) then
        given[#given + 1] = packed
        found[#found + 1] = record
      end
    end
  end
  found[1] = table.concat(given)
  return found
end

local answers = {}
for at = 2, #ARGV, 3 do answers[#answers + 1] = fetch(tonumber(ARGV[at]), ARGV[at + 1], ARGV[at + 2]) end
return answers
