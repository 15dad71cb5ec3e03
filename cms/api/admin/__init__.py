"""The API's own pages in the admin: the queries that partners registered."""
