"""Do deep networks read facial expressions as people do? The library behind the mien workflow.

One module a stage, and arrows point one way: `faces`, `objects` -> `stimuli`, `diets` -> `networks`, `training` ->
`moments` -> `selectivity` -> `responses` -> `decoding` -> `similarity`, `categorical` -> `comparison` -> `figures`.
Only `tables` knows Parquet; nothing here knows Snakemake or where results lie.
"""
