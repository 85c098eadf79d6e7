"""The data packs: read, refused with line and reason, and laid out for the reader of the coverage page."""
