"""Tests of the way to the homeserver."""
