"""The tables that can be imported and exported, a module for each group."""
