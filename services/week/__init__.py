"""A pupil's week: computed for many at once, sent to guardians, read, printed (C2, C3, C7)."""
