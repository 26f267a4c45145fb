"""Everything that is not us: one folder a capability, implementations by entry point."""
