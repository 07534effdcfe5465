"""What holds for every test: nothing reaches into the keyring of whoever runs them."""

from __future__ import annotations

import os

# Also for the processes that tests start. The null backend counts as "no keyring here".
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
