"""How files are kept on this machine, readable by their owner alone: replaced whole (`whole`), or SQLite (`sqlite`)."""
