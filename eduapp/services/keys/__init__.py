"""Keys of schools and counties: their files, their owner's passphrase."""

PASSPHRASE_LENGTH = 8
"""The fewest characters of a passphrase. Here, so that a window can say it without loading any key."""
