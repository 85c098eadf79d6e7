"""The window of a school: its pages, thin over `ui.common`."""
