-- Removes the pages, the ids, the state and the other single keys of a shard, whose records have been removed.
for part = 0, PARTS - 1 do redis.call('UNLINK', part_key(part)) end
redis.call('UNLINK', KEYS[2], prefix .. 'expiries', prefix .. 'changes', KEYS[1])
