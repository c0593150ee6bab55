-- Gives how many pages the shard has; 0 when it was never opened.
return tonumber(redis.call('HGET', KEYS[1], 'pages') or 0)
