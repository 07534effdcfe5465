"""SmartupOS for the terminal: the workspace of an owner, and the system behind it."""

__version__ = "0.1.0"
