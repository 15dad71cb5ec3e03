"""Measures how good the search is on collections in which people have judged what answers what; see `evaluate_search`."""
