"""Tests of the Alipay client; none of them needs the network."""
