-- The endpoint that it tests; null: it was published.
ALTER TABLE {schema}.messages ADD COLUMN tested_endpoint_id text COLLATE "C";
