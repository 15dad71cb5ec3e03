"""Who may see what: member organisations, API clients, principals and the one visibility rule that every way in uses."""
