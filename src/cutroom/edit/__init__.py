"""Decisions: what to keep, cut, frame and caption. Each ends in a timeline."""
