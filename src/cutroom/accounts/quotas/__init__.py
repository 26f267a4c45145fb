"""How much each user may bring in a week, counted to the byte."""
