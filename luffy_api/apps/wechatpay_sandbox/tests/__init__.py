"""Tests of the local WeChat Pay gateway, most of them through the shop's client."""
