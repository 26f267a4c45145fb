"""What people brought and what was made of it: assets and their files."""
