"""Selective units of a cell, how many chance would give at any criterion, and count-matched controls."""

from mien.provenance import made_of
from mien.reporting import reporting
from mien.tables import parquet
from mien.units import schema, selectivity

with reporting(snakemake.log[0]):
    params, wildcards = snakemake.params, snakemake.wildcards
    criteria = {"alpha_expression": params.alpha_expression, "alpha_identity": params.alpha_identity}
    moments = parquet.read(snakemake.input.moments)
    null = parquet.read(snakemake.input.null)
    units = selectivity.select_units(moments, **criteria)
    selection = selectivity.summarise_selection(units, moments, null, **criteria)
    cell = (wildcards.network, wildcards.layer, wildcards.seed)
    groups = selectivity.draw_groups(units, params.control_draws, params.control_units, cell)
    made = made_of(snakemake.input, params)
    parquet.write(schema.UNITS, units, snakemake.output.units, made)
    parquet.write(schema.SELECTION, selection, snakemake.output.selection, made)
    parquet.write(schema.SENSITIVITY, selectivity.sensitivity(units, null), snakemake.output.sensitivity, made)
    parquet.write(schema.UNIT_GROUPS, groups, snakemake.output.groups, made)
