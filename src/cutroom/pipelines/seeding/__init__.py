"""A small school's library to look around in: people, shelves, recordings in every state, clips."""
