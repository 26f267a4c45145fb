"""Brand kits: the logo, colours, letters, intro and outro that clips of one house share."""
