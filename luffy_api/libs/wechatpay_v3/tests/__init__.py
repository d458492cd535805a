"""Tests of the WeChat Pay client; none of them needs the network."""
