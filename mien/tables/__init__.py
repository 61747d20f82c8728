"""Tables on disk: Parquet and CSV, whole or not there, checked when they are read. Knows no table by name."""
