"""What was done and by whom: rows that are only ever added, each bound to the one before."""
