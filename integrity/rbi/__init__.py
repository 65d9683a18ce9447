"""Risk-based inspection: damage factors, consequence, risk, its course in time and the dates that follow."""
