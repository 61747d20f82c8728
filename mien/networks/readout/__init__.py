"""Reading a network out at any layer: its graph, its layers, their responses, and a check of these."""
