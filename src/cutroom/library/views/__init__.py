"""Views, watch time to the second, and where each viewer left off."""
