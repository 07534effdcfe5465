"""The first run: who you are, where your organisation is, each answer checked in words; stored at the end, at once.

`state` is what has been answered, `steps` are what is asked and how it is checked, `screen` shows one of them, `app`
runs them and opens the workspace.
"""
