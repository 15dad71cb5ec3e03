"""Tells partners' servers that something changed: subscriptions, deliveries, and the safe way out to a stranger's address."""
