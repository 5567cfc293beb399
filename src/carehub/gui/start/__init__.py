"""One place of the window: start."""
