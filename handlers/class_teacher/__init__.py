"""The class teacher's screens."""
