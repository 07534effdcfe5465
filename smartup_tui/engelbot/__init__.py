"""Engelbot: hears commands in rooms, asks the Toolbox and answers. It routes and never decides; it writes no ledger.

`hearing` tells commands from conversation and `inbox` keeps them until they are answered. `deciding` says what each one
needs, with the ledger that `reading` has at hand; `asking` gets the Toolbox's definite word; `wording` puts it into a
message; `serving` joins these for one owner. `doors` keeps desks and invitations, `bot` runs all of it (with `threads`
for what would hold it up), `main` is the process, `settings` and `health` its file and its sign of life.
"""
