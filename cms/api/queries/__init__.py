"""What a query is: its document, its limits, how it is executed, and what a change of the schema would break."""
