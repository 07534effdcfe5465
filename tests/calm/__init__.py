"""The calm contract of the whole workspace, byte by byte."""
