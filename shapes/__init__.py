"""Foedus: shapes."""
