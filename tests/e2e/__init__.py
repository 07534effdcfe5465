"""What is shown on real servers: a Synapse of its own for the session, users with the server's default limits."""
