"""Sharing: who sees a recording here, and links for people who have no account."""
