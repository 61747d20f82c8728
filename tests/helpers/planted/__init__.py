"""One study with a planted truth: responses of units, pictures for the workflow, observers, and tables for figures."""
