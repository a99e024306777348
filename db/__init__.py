"""The only SQL: engine, models, queries, migrations."""
