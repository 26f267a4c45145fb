"""Uploads that go on where they broke off, and those that go to storage directly."""
