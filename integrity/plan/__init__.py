"""Planning: candidate dates of each component and the one that governs."""
