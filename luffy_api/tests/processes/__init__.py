"""The shop as several server processes: races, crashes, a database that goes away."""
