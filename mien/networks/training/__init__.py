"""Training: objectives, optimisers, learning algorithms, and checkpoints of an unfinished one."""
