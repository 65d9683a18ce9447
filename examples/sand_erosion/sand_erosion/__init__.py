"""Sand erosion of pipe bends: a plug-in of the integrity workbench. Light to import: the words are read at start."""

from pathlib import Path

WORDS = Path(__file__).parent / "words"
QUANTITIES = Path(__file__).parent / "tables" / "quantities.json"
