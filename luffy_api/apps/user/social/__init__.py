"""Logins by accounts of WeChat and others: who comes, and whose account here that is."""
