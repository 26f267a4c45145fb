"""Search over titles, descriptions, tags, chapters and everything said."""
