"""One place of the window: today."""
