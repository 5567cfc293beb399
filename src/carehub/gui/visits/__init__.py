"""One place of the window: visits."""
