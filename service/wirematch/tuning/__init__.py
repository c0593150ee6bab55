"""What a desk's own labelled pairs say of the model: how well it does at each threshold, and what would do better."""
