"""Pairing: who has nobody, proposals, and what becomes of pairings."""
