"""One suite for every forge: the embedded one, or the one SMARTUP_FORGEJO_URL and SMARTUP_FORGEJO_TOKEN name."""
