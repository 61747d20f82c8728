"""The figures: one module each, a pure function from tables to a picture and the numbers drawn in its panels."""
