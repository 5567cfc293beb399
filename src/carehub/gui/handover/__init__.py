"""One place of the window: handover."""
