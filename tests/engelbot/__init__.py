"""Tests of Engelbot."""
