"""Care agreements on a child's page, and typing one in."""
