-- Returns {articles, stored number of postings, last local number}.
local state = redis.call('HMGET', KEYS[1], 'postings', 'sequence')
return {redis.call('HLEN', KEYS[2]), tonumber(state[1] or 0), tonumber(state[2] or 0)}
