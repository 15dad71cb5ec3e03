"""The library as lists: what they are narrowed by, what there is to choose, and the cards of a page of them."""
