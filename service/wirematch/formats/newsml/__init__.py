"""The IPTC's XML formats: NewsML 1, NewsML-G2 and NITF."""
