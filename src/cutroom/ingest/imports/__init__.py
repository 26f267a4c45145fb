"""Bring recordings in from links, lists of links and folders of the server: each a run that says how it stands."""
