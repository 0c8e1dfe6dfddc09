-- By delivery key, the last id that a delivery was sent again under; null: none. Here, because a delivery's own row is another one when it
-- has ended, and its way there is walked by all.
ALTER TABLE {schema}.messages ADD COLUMN resend_ids jsonb;
