"""The guardian's screens."""
