"""The second, optional stage of the search: what is said in other words is found by its meaning.

A small language model (see `encoder`) turns each passage and each question into a vector; vectors that point the same way mean
the same. `vectors` keeps them beside the index, `filling` brings them up to it, and `search.engine.nearness` asks for the nearest.
Without the packages of `requirements-semantic.txt` none of this is there, and the search goes by words alone.
"""
