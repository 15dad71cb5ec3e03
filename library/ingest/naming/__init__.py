"""Understands the names of files and folders: dates, titles, tools, languages and marks of captions."""
