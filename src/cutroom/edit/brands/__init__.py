"""Brand kits: the logo, the colours and the letters that clips of one house share."""
