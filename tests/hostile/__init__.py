"""Hostile input: written by generators, checked through the command line behind the guard."""
