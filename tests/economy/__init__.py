"""Tests of the economy's rules."""
