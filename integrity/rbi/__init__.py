"""Room: rbi."""
