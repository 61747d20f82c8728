"""Faces of the ICT face model (MIT): its conversion, what moves it, what it looks like, and pictures of it."""
