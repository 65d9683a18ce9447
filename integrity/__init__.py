"""Integrity workbench: corrosion, risk-based inspection, fitness for service and planning."""

__version__ = "0.1.0"
