"""A timeline becomes a verified file, a poster, or another editor's project."""
