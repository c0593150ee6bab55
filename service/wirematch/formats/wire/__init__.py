"""Wire messages in the two fixed formats of agencies: ANPA 1312 and IPTC 7901."""
