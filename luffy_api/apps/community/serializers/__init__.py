"""Shapes of the community; a module for each subject."""
