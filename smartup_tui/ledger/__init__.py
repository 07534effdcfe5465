"""What the ledger is: tables and their rows, pages, a snapshot of one moment, lawful changes and the economy's rules.

Everything here is pure: files come in as a `Tree`, a change goes out as a value; time and the actor are arguments.
"""
