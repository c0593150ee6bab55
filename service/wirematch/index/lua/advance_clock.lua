-- Has all that is stored here from now on stored later than a moment.
-- ARGV: 2 ms since 1970
keep_behind(tonumber(ARGV[2]))
return 1
