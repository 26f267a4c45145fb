"""Fetch recordings from links: the program that knows the sites runs in a child that can reach nothing but a proxy."""
