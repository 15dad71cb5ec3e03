"""The academy itself: its home page, standard pages, names and settings, and the demo content."""
