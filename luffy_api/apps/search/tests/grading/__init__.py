"""Judged queries: what a good answer is, decided without looking at any engine's answer."""
