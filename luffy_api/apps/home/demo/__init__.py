"""The demo data: texts as JSON, pictures and a video as files, and the code that loads them."""
