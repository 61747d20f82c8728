"""Pictures of everyday objects, for a network that is trained on objects instead of faces."""
