"""The payment providers; only modules of this package import an SDK wrapper."""
