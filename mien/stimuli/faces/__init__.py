"""Parametric faces: who (`identity`), pictures of them (`render`), and both as one maker of faces (`parametric`)."""
