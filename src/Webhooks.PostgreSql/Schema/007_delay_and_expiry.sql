-- Null: it is sent at once, and does not expire.
ALTER TABLE {schema}.messages ADD COLUMN deliver_at timestamptz, ADD COLUMN expires_at timestamptz;
-- Its message's.
ALTER TABLE {schema}.pending ADD COLUMN expires_at timestamptz;
