"""Search as partners use it: hits, moments, facets, suggestions and the glossary."""
