"""Room: life."""
