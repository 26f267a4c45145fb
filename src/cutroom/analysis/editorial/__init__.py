"""Editorial quality, measured on public data with human decisions."""
