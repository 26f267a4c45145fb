"""Facts measured from a recording. They never depend on taste."""
