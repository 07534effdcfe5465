"""Deciding together, as pure functions over rows: objections, votes, and what an accepted proposal carries out.

`clauses` are the lines of a proposal that can be carried out, `execution` makes them writes, `voting` counts, `effects`
and `vesting` are what time alone decides. Source: ledger.md §4 (Votes, Objection, Roles, Founder's tranches).
"""
