"""What is recorded and kept: record definitions, tables, store, journal, migrations."""
