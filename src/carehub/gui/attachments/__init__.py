"""Photos and scans on screen."""
