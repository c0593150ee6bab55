-- Lists a shard's articles from the newest backwards, with the beginnings of those records that pass the filters.
-- ARGV: 2 number to begin below (0: at the newest), 3 maximum number of numbers to examine,
--   4 maximum number of articles to return, 5 filters as JSON (kinds, after, before in ms; each may be null)
-- Returns {articles in the shard, numbers examined, number to continue below (0: none left), {{number, beginning} ...}}; a
-- beginning is everything before the article's JSON, and the first TITLE bytes of that.
if redis.call('HEXISTS', KEYS[1], 'pages') == 0 or redis.call('HGET', KEYS[1], 'phase') == 'moved' then return GONE end
local TITLE = 500
local below, newest = tonumber(ARGV[2]), tonumber(redis.call('HGET', KEYS[1], 'sequence') or 0) + 1
if below == 0 or below > newest then below = newest end
local last = math.max(1, below - tonumber(ARGV[3]))
local most, wanted = tonumber(ARGV[4]), cjson.decode(ARGV[5])
local moment, found, seen = now(), {}, below

local function has(list, value)
  if list == cjson.null then return true end
  for _, one in ipairs(list) do if one == value then return true end end
  return false
end

local function passes(head)
  local published, kind = struct.unpack('<i8B', head, 21)
  local known = published > -9007199254740992
  if wanted.after ~= cjson.null and not (known and published >= wanted.after) then return false end
  if wanted.before ~= cjson.null and not (known and published < wanted.before) then return false end
  return has(wanted.kinds, kind)
end

for number = below - 1, last, -1 do
  if #found >= most then break end
  seen = number
  local key = number_key('d', number)
  local head = redis.call('GETRANGE', key, 0, HEADER - 1)
  if #head == HEADER and not expired(head, moment) then
    if passes(head) then
      local id_length, source_length = struct.unpack('<I2I2', head, 46)
      found[#found + 1] = {number, head .. redis.call('GETRANGE', key, HEADER, HEADER + id_length + source_length + TITLE - 1)}
    end
  end
end
return {redis.call('HLEN', KEYS[2]), below - seen, seen > 1 and seen or 0, found}
