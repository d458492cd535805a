"""What happens to orders and payments, in any sequence: the rules of test_payment_machine.py."""
