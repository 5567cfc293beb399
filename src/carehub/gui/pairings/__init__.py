"""One place of the window: who looks after whom."""
