"""Orders, payments and refunds on the wire, one module for each subject."""
