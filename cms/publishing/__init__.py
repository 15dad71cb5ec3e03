"""What follows a change: the record of each change, and the reactions that other apps registered for it."""
