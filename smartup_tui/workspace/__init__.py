"""What the screens see: one object that joins reads (the read model) and commands (Matrix). There is no Textual in it.

`workspace` is that object, `view` the immutable values it shows, made by `reader` and said by `words`, `describe` and
`notices`. `composer` says what a command means while it is written and `routing` its room; `connection` and `delivery`
are about sending it. `sync_*` is the process that keeps the read model up to date, `doctor` examines the set-up.
"""
