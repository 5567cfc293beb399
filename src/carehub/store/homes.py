"""Which rows are at home here."""

AT_HOME_HERE = """site_id IN (WITH RECURSIVE down(id) AS (
    SELECT site_id FROM identity UNION SELECT p.site_id FROM peer p JOIN down ON p.parent_id = down.id)
    SELECT id FROM down)"""
"""Rows at home at this site or below it. A file that was transferred elsewhere stays in the store, for bundles made
before, and is listed no more."""
