"""Tests of the forge client, its cache and its mirror."""
