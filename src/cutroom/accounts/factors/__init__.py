"""What proves a person besides the password: one-time passwords, passkeys, recovery codes."""
