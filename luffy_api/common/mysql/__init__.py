"""Django's engine for MariaDB and MySQL.

It waits no longer than `database_limits` allows, and compares texts as Python does.
"""
