"""Pure types and functions over media: no database, no network."""
