"""What a query needs from the database, planned ahead and loaded level by level: fields, relations, rows, statements, cursors."""
