"""One place of the window: the access log."""
