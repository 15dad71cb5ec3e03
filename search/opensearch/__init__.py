"""Why: one machine's disk is enough for an academy; a service on many machines can keep the index in OpenSearch instead.

`SEARCH_URL=https://user:password@host:9200/NAME` chooses it (`requirements-opensearch.txt` brings the client). Everything
above the store is shared with the embedded engine: the same words, the same clauses, the same ranking and highlighting. Text
is sent as the stems that our own analysis makes, so both engines match alike.
"""
