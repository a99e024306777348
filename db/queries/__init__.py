"""SQL, by area. Functions take a session first and return rows or frozen dataclasses."""
