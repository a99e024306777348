"""Screens for everyone."""
