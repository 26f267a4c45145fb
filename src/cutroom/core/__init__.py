"""Settings, errors, files and time: what every other folder may lean on."""
