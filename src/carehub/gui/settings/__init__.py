"""One place of the window: settings."""
