"""What each page's document says of the page, without any script being run."""
