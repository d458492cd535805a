"""Payments: the provider behind one gateway, and what its answers do to orders."""
