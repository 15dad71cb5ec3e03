"""What waits for an editor: counted on the admin's first page, each count with the list behind it."""
