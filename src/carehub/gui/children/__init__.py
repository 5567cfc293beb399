"""One place of the window: children."""
