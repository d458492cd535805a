"""Shapes of learning; a module for each subject."""
