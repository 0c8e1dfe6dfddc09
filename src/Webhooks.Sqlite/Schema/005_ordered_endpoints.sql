ALTER TABLE webhook_endpoint ADD COLUMN is_ordered INTEGER NOT NULL DEFAULT 0;  -- settings.isOrdered, by row
