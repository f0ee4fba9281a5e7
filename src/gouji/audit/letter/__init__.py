"""A rectification notice: what it says of one unit, and the Word document that it becomes."""
