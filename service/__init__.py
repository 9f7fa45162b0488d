"""Foedus: service."""
