"""What partners follow: for each thing the last version that concerned each audience, kept in step with every change.

Rows move forward instead of piling up, so the feed is always as compact as it can be, a full export is the feed from its
beginning, and a version is a place that no concurrent writer can slip in front of (see `versions.advance_version`).
"""
