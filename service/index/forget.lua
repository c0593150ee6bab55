-- Forgets the keys of a shard of which there is one each.
redis.call('UNLINK', KEYS[2], prefix .. 'expiries', prefix .. 'changes', KEYS[1])
