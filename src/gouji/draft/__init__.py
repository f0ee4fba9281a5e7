"""Blank reports of the official form, in Markdown and Word."""
