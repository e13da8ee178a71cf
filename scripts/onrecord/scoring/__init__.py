"""Scores of predictions for the tasks. What is measured is defined in README.md, beside this."""
