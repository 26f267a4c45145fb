"""Migrations: one tree for SQLite and PostgreSQL, which :mod:`cutroom.core.schema` runs."""
