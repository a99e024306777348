"""Presets of the five regulations and the dictionaries a school starts with."""
