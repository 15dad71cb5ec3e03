"""Saved searches: an Atom feed of any search, and mail when something new matches, spoken words included."""
