"""What a recording's file holds and where private files lie: probing, pictures, storage."""
