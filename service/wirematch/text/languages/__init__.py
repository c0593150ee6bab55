"""Languages: function words, stems and compounds of each, and which one a text is in."""
