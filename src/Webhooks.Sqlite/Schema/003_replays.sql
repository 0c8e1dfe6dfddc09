ALTER TABLE webhook_delivery ADD COLUMN resend TEXT;  -- ResendNote; null: it was never sent again

CREATE TABLE webhook_replay (
  seq            INTEGER PRIMARY KEY,
  tenant_id      TEXT NOT NULL,
  id             TEXT NOT NULL,
  status         INTEGER NOT NULL,      -- 0 active, 1 completed, 2 canceled
  selection      INTEGER NOT NULL,      -- ReplaySelection
  endpoint_id    TEXT,                  -- null: all
  event_type     TEXT,                  -- null: all
  since          INTEGER,
  until          INTEGER NOT NULL,
  created_at     INTEGER NOT NULL,
  completed_at   INTEGER,
  reached_at     INTEGER,
  replayed_count INTEGER NOT NULL,
  skipped_count  INTEGER NOT NULL,
  due_at         INTEGER NOT NULL,      -- of its next turn
  blocked_since  INTEGER,
  position       TEXT,                  -- of the last row that it has looked at; null: it has not begun
  UNIQUE (tenant_id, id)
);
CREATE INDEX webhook_replay_due ON webhook_replay (due_at, seq) WHERE status = 0;
CREATE INDEX webhook_replay_ended ON webhook_replay (completed_at) WHERE completed_at IS NOT NULL;
