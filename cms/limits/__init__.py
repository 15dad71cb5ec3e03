"""How often somebody may try something in a while: sign in, ask for a new password, send a form. One limiter for all of them."""
