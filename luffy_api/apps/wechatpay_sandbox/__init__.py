"""A local gateway for development and tests; it speaks the wire protocol of WeChat Pay's API v3.

It stands in for another company's server, so it shares no code with the shop nor with
`alipay_sandbox`: some of it reads alike in both.
"""
