"""Questions of an office's own: their answers on a page, and where the office looks after them."""
