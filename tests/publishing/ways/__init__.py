"""Every way in which content changes: what Wagtail, its packages and our own admin offer, as cases that a test walks."""
