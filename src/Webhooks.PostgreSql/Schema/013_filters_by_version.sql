-- Fan-out knows endpoints by their versions: what stands for a filter is looked at by nobody.
ALTER TABLE {schema}.endpoints DROP COLUMN filter_key;
