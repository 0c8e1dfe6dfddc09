-- True or null: at least once.
ALTER TABLE {schema}.messages ADD COLUMN at_most_once boolean;
-- Its message's.
ALTER TABLE {schema}.pending ADD COLUMN at_most_once boolean;
