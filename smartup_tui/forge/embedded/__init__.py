"""A small forge for one machine: Forgejo's REST endpoints, statuses and quirks over bare git repositories (dulwich).

``store`` holds accounts, tokens and repositories, ``app`` serves them (Flask), ``server`` runs that on waitress,
``faults`` makes it fail on purpose. The data are ordinary bare repositories: ``git clone <path>`` works.
"""

from __future__ import annotations
