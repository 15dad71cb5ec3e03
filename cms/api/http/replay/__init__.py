"""Answers a request that was answered a moment ago without working it out again; here for speed alone, and can be switched off."""
