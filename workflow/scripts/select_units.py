"""Selective units of a cell, how many chance would give at any threshold, and count-matched controls."""

import json

from mien.provenance import made_of
from mien.reporting import reporting
from mien.tables import parquet
from mien.units import schema
from mien.units.anova import expressions_in
from mien.units.criteria import Choice
from mien.units.groups import draw_groups
from mien.units.selection import select_units
from mien.units.sensitivity import sensitivity
from mien.units.summary import summarise_selection

with reporting(snakemake.log[0]):
    given, params, wildcards, output = snakemake.input, snakemake.params, snakemake.wildcards, snakemake.output
    choice = Choice(**json.loads(params.criterion))
    moments, null = parquet.read(given.moments), parquet.read(given.null)
    units = select_units(moments, choice)
    cell = (wildcards.network, wildcards.layer, wildcards.seed)
    counted = sensitivity(moments, null, choice)
    selection = summarise_selection(units, moments, null, counted, choice)
    groups = draw_groups(units, json.loads(params.groups), cell)
    made = made_of(given, params)
    parquet.write(schema.units_schema(expressions_in(moments)), units, output.units, made)
    parquet.write(schema.SELECTION, selection, output.selection, made)
    parquet.write(schema.SENSITIVITY, counted, output.sensitivity, made)
    parquet.write(schema.UNIT_GROUPS, groups, output.groups, made)
