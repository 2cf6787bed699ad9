"""`python -m core due DATE N`: when something received on a date is due, and why."""
