"""Reporters: pure functions of a report, one file each."""
