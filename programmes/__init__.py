"""What the academy runs, and who with: programmes, sessions, people, topics, core areas and priority groups."""
