"""Clean a text and cut it into words and sentences, with offsets into what was submitted."""
