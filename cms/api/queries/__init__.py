"""What a query is: its document, its limits, how it is carried out, and what a change of the schema would break."""
