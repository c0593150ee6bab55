-- Notes articles for which work is left to do, due after a while.
-- KEYS: 1 sorted set of articles by when they are due
-- ARGV: 1 ms until they are due, 2 what to do with those noted already: 'NX' leaves them, 'CH' notes them anew; then ids.
--   Those noted anew, or already for this very moment, are due half a millisecond earlier, so that nobody forgets them
--   (complete_pending.lua): of two writers of an article at once, nobody knows who wrote last.
-- Returns when they are due, ms since 1970.
local MOST = 1000  -- arguments that one command takes
local time = redis.call('TIME')
local due = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[1]

-- Articles noted already are handled one by one, only if there may be some; nearly all articles are new.
local known, new = {}, {}
if ARGV[2] == 'NX' then
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], due, due)) do known[id] = true end
end
local function note_new()
  if #new > 0 then redis.call('ZADD', KEYS[1], 'NX', unpack(new)) end
  new = {}
end
for i = 3, #ARGV do
  local id = ARGV[i]
  if ARGV[2] == 'CH' or known[id] then
    note_new()
    local noted = tonumber(redis.call('ZSCORE', KEYS[1], id) or nil)
    if not noted then
      redis.call('ZADD', KEYS[1], due, id)
    elseif ARGV[2] == 'CH' or noted == due then
      redis.call('ZADD', KEYS[1], due - 0.5, id)
    end
  else
    known[id] = true
    new[#new + 1], new[#new + 2] = due, id
    if #new >= MOST then note_new() end
  end
end
note_new()
return due
