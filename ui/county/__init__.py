"""The county window: who has reported, what came in, how the sections stand, and the papers."""
