"""One place of the window: merging."""
