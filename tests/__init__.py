"""Tests are sentences on the real database: python -m pytest, or make test."""
