"""Rules that prove themselves: the examples of a pack run, and faults put into clean reports."""
