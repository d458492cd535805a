"""What every engine must do alike: good answers, literal ones for hostile queries, and no fall."""
