-- Stands for settings.filter, by row (PayloadFilter.Key); null: it has none.
ALTER TABLE {schema}.endpoints ADD COLUMN filter_key text COLLATE "C";
