"""What the academy keeps: recordings with captions, and the materials that go with them."""
