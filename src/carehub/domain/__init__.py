"""Records, codes and pure rules. No files, no database, no window: everything here can be tested by calling it."""
