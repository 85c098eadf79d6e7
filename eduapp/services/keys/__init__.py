"""Keys of schools and counties: their files, their owner's passphrase."""
