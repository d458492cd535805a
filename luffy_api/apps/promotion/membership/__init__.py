"""Memberships (会员): terms, what was bought of them, and the courses that they open."""
