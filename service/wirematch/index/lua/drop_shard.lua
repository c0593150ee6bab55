-- Forgets the keys of a shard of which there is one each, and its pages.
for part = 0, PARTS - 1 do redis.call('UNLINK', part_key(part)) end
redis.call('UNLINK', KEYS[2], prefix .. 'expiries', prefix .. 'changes', KEYS[1])
