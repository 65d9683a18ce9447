"""Room: ui.plots."""
