"""Room: ffs."""
