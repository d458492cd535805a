"""The figures of the school by day: what they are sums of, prepared rows, and what pages show."""
