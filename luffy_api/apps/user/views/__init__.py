"""HTTP of accounts: with passwords and codes, and by the accounts of WeChat and others."""
