"""One place of the window: planning the week."""
