"""The window: one shell, one folder per place, shared widgets. The only part that knows Qt."""
