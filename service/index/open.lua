-- Makes the shard's state, where there is none, so that it takes articles.
if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('HSET', KEYS[1], 'pages', 65536, 'postings', 0, 'sequence', 0, 'clock', 0, 'phase', '')
end
return redis.call('HGET', KEYS[1], 'phase')
