"""What `sandbox.make_school` makes the demo school of: names, families, curriculum and timetable."""
