"""Networks: built, filled with weights, trained, and read out at any layer."""
