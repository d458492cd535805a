"""The demo data: texts as JSON, pictures and a film, and what brings them into the shop."""
