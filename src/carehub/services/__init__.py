"""One file per thing people do. A service does one unit of work, commits once and returns what changed."""
