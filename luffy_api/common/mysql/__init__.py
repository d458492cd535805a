"""Django's engine for MariaDB and MySQL, which waits no longer than `database_limits` allows."""
