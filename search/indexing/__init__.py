"""From pages to entries of the index: what is told of each, putting it in and taking it out, and checking one against the other."""
