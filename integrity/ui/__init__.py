"""Room: ui."""
