"""Private files for those who may see them: whole, in parts, or by the web server in front."""
