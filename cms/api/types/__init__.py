"""What all partner-facing types share: resources, pages, pictures, rich text, blocks, and the feed of changes."""
