"""One place of the window: papers."""
