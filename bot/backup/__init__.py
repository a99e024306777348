"""Back-ups of the whole installation: every school's rows, and the files that people sent (O1)."""
