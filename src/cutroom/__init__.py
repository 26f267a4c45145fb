"""Cutroom: a self-hosted video studio that turns recordings into captioned clips."""

__version__ = "0.1.0"
