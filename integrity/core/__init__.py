"""Words every room speaks: frames, quantities, clauses, workings, verdicts, settings (standard library and NumPy)."""
