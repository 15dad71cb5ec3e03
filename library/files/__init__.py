"""Pure readers of strangers' files: what a file is, and which words it holds; run in bounded children, without Django."""
