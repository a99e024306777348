"""The administrator's, secretary's and director's screens."""
