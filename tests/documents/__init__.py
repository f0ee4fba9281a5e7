"""Documents for tests, and the scripts that make them."""
