"""Counselling talks in the window, for the counsellor and the head."""
