"""Published weights: read from the formats in which people hold them, and checked."""
