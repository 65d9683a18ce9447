"""Widgets used by several views."""
