"""What every page of the site shares: cards, paging, dates in words, the visitor's request; knows no content."""
