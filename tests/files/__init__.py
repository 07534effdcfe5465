"""Tests of how files are kept."""
