"""Foedus: graph."""
