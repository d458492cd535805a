"""A local gateway for development and tests; it speaks the wire protocol of WeChat Pay's API v3."""
