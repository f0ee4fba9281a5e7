"""From cells to facts: grid (spans), stitch (page splits), align (the form)."""
