"""The artifact of one stage as a table, a picture or a sound; by its type, never by its stage."""
