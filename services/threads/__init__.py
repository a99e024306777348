"""Conversations between families and the school, and the help point (C1, C8, U9)."""
