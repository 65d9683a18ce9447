"""Regulation: rule sets as data, scope tests and the small evaluator that reads them."""
