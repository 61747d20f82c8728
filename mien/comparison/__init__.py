"""The tables of a study, from every decision of its cells."""
