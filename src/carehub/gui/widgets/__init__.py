"""Small shared widgets; pages are put together from these."""
