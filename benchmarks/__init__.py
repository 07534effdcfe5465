"""What is measured, one file per question; each is a program: `python -m benchmarks.NAME`."""
