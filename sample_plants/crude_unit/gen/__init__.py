"""Generator of the sample crude unit; imported by make.py only."""
