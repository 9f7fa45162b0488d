"""``foedus serve --plain``: any RDF dataset, with updates and without worlds."""
