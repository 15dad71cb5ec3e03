"""How people sign in: editors today, in the admin; how often they may try, and what is written down of it."""
