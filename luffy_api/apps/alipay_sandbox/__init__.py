"""A local payment gateway for development and tests; it speaks Alipay's wire protocol."""
