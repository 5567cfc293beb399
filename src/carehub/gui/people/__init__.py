"""One place of the window: people."""
