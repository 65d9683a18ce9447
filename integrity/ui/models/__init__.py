"""Room: ui.models."""
