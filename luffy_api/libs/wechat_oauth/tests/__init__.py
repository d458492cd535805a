"""Tests of the official account's OAuth; none of them needs the network."""
