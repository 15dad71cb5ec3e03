"""The visitors' pages of search: results as cards, facets as links, suggestions, and a way on where nothing is found."""
