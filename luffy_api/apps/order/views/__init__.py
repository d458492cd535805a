"""HTTP of orders and payments, one module for each subject."""
