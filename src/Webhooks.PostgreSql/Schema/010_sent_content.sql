-- SentContent; null: what its message has.
ALTER TABLE {schema}.pending ADD COLUMN sent bytea;
