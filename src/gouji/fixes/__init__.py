"""Fixes: what cannot change a report's meaning is put right in its source, and proven by reading it again."""
