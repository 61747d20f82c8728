"""Resampling, intervals and corrections."""
