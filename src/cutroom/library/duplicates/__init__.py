"""Recordings that are the same, byte for byte or to eye and ear."""
