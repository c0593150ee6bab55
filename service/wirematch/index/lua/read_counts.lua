-- Returns {articles, postings that the shard says it has, last number}.
local state = redis.call('HMGET', KEYS[1], 'postings', 'sequence')
return {redis.call('HLEN', KEYS[2]), tonumber(state[1] or 0), tonumber(state[2] or 0)}
