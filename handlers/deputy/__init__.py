"""Screens of the deputy directors and of the management."""
