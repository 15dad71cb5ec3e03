"""The admin of webhooks: who is told, what became of each message, and what can be done when nothing arrives."""
