"""What happens when two processes do the same at two nodes of one Galera cluster."""
