"""The recipes: what a user starts, from source to published file."""
