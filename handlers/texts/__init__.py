"""User texts: pure functions from a view to the parts of a Screen."""
