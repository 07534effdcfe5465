"""The rules of the economy as pure functions over rows: credits, karma, who may decide, the 3x rule, settling.

Source: ledger.md §4. Nothing here reads a clock or a file; times, rows and policies are arguments.
"""
