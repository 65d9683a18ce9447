"""Migrations of the database schema, run from inside the program."""
