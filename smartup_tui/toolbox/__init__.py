"""The service that decides every command and writes the ledger: the authority of the write law.

`service` is its face (`Toolbox.execute`), `api` puts it on HTTP, `run` on the command line. `writer` is the one queue
that publishes changes, `requests` the index that makes a repeat harmless; the tiers' folders hold the operations.
"""
