"""Smartup Zero with eight invented owners and a month of work, made by running the Toolbox's operations.

The `.toml` files say what happened, `script` turns them into dated commands, `play` gives these to a Toolbox.
"""
