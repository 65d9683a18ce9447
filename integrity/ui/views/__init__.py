"""Room: ui.views."""
