"""Level 2 consequence: each phenomenon of a release in its own file, and their union over events and holes."""
