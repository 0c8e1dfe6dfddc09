-- settings.isOrdered, by row.
ALTER TABLE {schema}.endpoints ADD COLUMN is_ordered boolean NOT NULL DEFAULT false;

-- Places in the lines of ordered endpoints. An append takes one value while it has its endpoints locked, and its deliveries the
-- numbers from there on. Null: older than the order, or sent again. These come first.
CREATE SEQUENCE {schema}.places AS bigint INCREMENT BY 1048576;
ALTER TABLE {schema}.pending ADD COLUMN place bigint;
DROP INDEX {schema}.pending_held;
CREATE INDEX pending_held ON {schema}.pending (tenant_id, endpoint_id, place NULLS FIRST, key) WHERE due_at IS NULL;
