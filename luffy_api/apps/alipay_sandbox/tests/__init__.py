"""The gateway spoken to over real HTTP by the vendor's SDK, as the shop does it."""
