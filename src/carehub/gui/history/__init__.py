"""Who changed what when, on the page of a record."""
