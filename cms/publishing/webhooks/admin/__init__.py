"""The admin of webhooks: who receives them, what became of each message, and what can be done when nothing arrives."""
