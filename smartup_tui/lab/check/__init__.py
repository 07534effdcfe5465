"""`smartup lab check`: a contributor's day on a throw-away lab, by real messages, with what may go wrong in it.

`day` plays it, `person` is an owner on a link of their own, `ledger` looks at what was written, `steps` tells.
"""
