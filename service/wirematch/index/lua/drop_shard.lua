-- Removes pages, ids, state and the other single keys of a shard. Its records must have been removed before.
for part = 0, PARTS - 1 do redis.call('UNLINK', part_key(part)) end
redis.call('UNLINK', KEYS[2], prefix .. 'expiries', prefix .. 'changes', KEYS[1])
