"""Who may do what: deny by default."""
