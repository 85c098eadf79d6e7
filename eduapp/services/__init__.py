"""One use case a function: what a window, the command line and a test call."""
