"""The shared backend: use cases without a messenger or a scheduler."""
