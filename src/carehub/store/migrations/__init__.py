"""Migrations. They never import the records: each says in full what the database looked like in its day."""
