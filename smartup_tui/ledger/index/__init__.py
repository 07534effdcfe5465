"""The read model: the ledger's tables and pages in SQLite, derived from the files and deletable at any time.

`schema` makes the tables from the table catalogue, `ingest` brings them up to a tree in proportion to what is new,
`store` opens the file, `queries` and `windows` answer what screens and the command line ask.
"""
