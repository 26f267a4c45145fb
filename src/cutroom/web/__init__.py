"""The studio in a browser: the built program of ``ui/``, served."""
