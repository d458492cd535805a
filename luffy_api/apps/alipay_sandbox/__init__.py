"""A local payment gateway for development and tests; it speaks Alipay's wire protocol.

It stands in for another company's server, so it shares no code with the shop nor with
`wechatpay_sandbox`: some of it reads alike in both.
"""
