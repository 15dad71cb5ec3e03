"""Looking at a page as somebody else: what they get of it on the site, in the API and in search, and what is withheld and why."""
