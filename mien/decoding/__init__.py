"""What units say an expression is, decision by decision."""
