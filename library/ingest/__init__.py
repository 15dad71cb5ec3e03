"""From a shared drive to the library: look (manifest), decide (plan), and only then act (importer)."""
