-- A CancelReason; null: it was not canceled.
ALTER TABLE {schema}.deliveries ADD COLUMN cancel_reason smallint;
