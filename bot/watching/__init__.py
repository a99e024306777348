"""What a running process tells whoever watches it: metrics, health, errors."""
