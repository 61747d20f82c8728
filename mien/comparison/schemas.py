"""Every table of a study, by name: each has its schema where it is made, and a status for what is remarked, too."""

from mien.categorical.discrimination import DISCRIMINATION_CURVES, DISCRIMINATION_PEAKS
from mien.categorical.identification import FITTED, IDENTIFICATION, R2_MEANS, R2_TESTS
from mien.categorical.over_identities import IDENTIFICATION_IDENTITIES
from mien.comparison.cells import CELLS
from mien.comparison.remarks import with_remarks
from mien.confusions.differences import DIFFERENCES
from mien.confusions.error_consistency import ERROR_CONSISTENCY
from mien.confusions.matrices import CONFUSION
from mien.confusions.noise_ceiling import NOISE_CEILING
from mien.confusions.observers import OBSERVER_TRIALS
from mien.confusions.similarity import SIMILARITY
from mien.decoding.accuracy import ACCURACY
from mien.decoding.unit_counts_schema import UNIT_COUNTS
from mien.tables.columns import CELL
from mien.units.schema import SELECTION, SENSITIVITY

SCHEMAS = {
    schema.name: with_remarks(schema)
    for schema in (
        CELLS,
        *(schema._replace(columns={**CELL, **schema.columns}) for schema in (SELECTION, SENSITIVITY)),
        ACCURACY,
        UNIT_COUNTS._replace(columns={**CELL, **UNIT_COUNTS.columns}),
        OBSERVER_TRIALS,
        CONFUSION,
        SIMILARITY,
        DIFFERENCES,
        ERROR_CONSISTENCY,
        NOISE_CEILING,
        IDENTIFICATION,
        IDENTIFICATION_IDENTITIES,
        FITTED,
        R2_MEANS,
        R2_TESTS,
        DISCRIMINATION_PEAKS,
        DISCRIMINATION_CURVES,
    )
}
