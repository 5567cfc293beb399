"""What may go in the window, and erasing it; statistics for others."""
