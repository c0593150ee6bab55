-- Removes an article, its record and its postings.
-- KEYS: 1 ids
-- ARGV: 1 key prefix, 2 id, 3 number that the article must still have, or '' for any
-- Gives 1, or 0 when there is no such article.
local number = redis.call('HGET', KEYS[1], ARGV[2])
if not number or (ARGV[3] ~= '' and ARGV[3] ~= number) then return 0 end
remove_document(ARGV[1], number)
redis.call('HDEL', KEYS[1], ARGV[2])
return 1
