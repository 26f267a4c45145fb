"""How work is run: results kept by content, so that only what changed is done again."""
