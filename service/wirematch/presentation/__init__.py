"""What a person is shown: output in a terminal."""
