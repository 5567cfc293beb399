"""Consent in the window: the card on the child page, recording a paper, withdrawing."""
