"""Generated Chinese course catalogues of any size, which know what each course is about."""
