"""The workspace without its screens."""
