"""Frames that several rooms share."""
