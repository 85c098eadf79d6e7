"""The county as a whole: its schools judged together, its own records, what is still open."""
