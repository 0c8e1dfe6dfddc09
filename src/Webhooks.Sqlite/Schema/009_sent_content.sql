ALTER TABLE webhook_delivery ADD COLUMN sent BLOB;  -- SentContent, while it is pending; null: what its message has
