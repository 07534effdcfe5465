"""What several screens share: the virtual table, the page view, the command line, and the lines of the frame.

Each in its own module (`table`, `page`, `command`, `lines`); nothing is imported from here, so that a screen pays for
what it shows only. Widgets know no ledger and no catalogue: what they show and ask comes through small protocols.
"""
