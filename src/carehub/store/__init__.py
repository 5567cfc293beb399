"""The encrypted database: opening, migrating, units of work, queries, search."""
