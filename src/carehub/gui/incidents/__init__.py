"""Mandatory reports in the window, for the counsellor and the head."""
