"""What the ledger is: tables and their rows, pages, a snapshot of one moment, lawful changes and the economy's rules.

Everything here is pure: files come in as a `Tree`, a change goes out as a value; time and the actor are arguments.

Files: `tree`, `csvfile`, `cells`, `markdown`, `paths`. What they hold: `schema`, `rows`, `tables`, `rowset`, `pages`,
`policies`, `problems`, joined by `snapshot`. Who may do what: `actor`, `arguments`, `resolve`, `permission`. Writing:
`change`, `seal`, `compose`. Rules: `status` and `economy`. Checking: `verify`. The read model in SQLite: `index`.
Import from the modules; this face stays empty, so that nobody loads what they do not use.
"""
