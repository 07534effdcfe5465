"""What the screens see: one object that joins reads (the read model) and commands (Matrix). There is no Textual in it.

`workspace` is that object, `view` the immutable value it shows, `sync_*` the process that keeps the read model up to
date, `composer` and `routing` make a command and find its room, `plain` writes the same views as text and JSON.
"""
