"""A merchant's settings at any payment provider: keys, certificates, addresses, checks."""
