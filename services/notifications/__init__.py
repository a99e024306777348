"""Messages that nobody asked for: written with the use case, sent later, kept up to date."""
