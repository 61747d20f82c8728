"""The publication's claims, its values, and what a study says of them."""
