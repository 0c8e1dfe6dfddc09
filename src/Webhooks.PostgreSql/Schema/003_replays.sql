-- A ResendNote; null: it was never sent again.
ALTER TABLE {schema}.pending ADD COLUMN resend text;

CREATE TABLE {schema}.replays (
  seq            bigint GENERATED ALWAYS AS IDENTITY,
  tenant_id      text COLLATE "C" NOT NULL,
  id             text COLLATE "C" NOT NULL,
  status         smallint NOT NULL DEFAULT 0,           -- 0 active, 1 completed, 2 canceled
  selection      smallint NOT NULL,                     -- ReplaySelection
  endpoint_id    text COLLATE "C",                      -- null: all
  event_type     text COLLATE "C",                      -- null: all
  since          timestamptz,
  until          timestamptz NOT NULL,
  created_at     timestamptz NOT NULL,
  completed_at   timestamptz,
  reached_at     timestamptz,
  replayed_count bigint NOT NULL DEFAULT 0,
  skipped_count  bigint NOT NULL DEFAULT 0,
  due_at         timestamptz NOT NULL,                  -- of its next turn
  blocked_since  timestamptz,
  position       uuid                                   -- of the last row that it has looked at; null: it has not begun
);
CREATE INDEX replays_due ON {schema}.replays (due_at, seq) WHERE status = 0;
CREATE INDEX replays_list ON {schema}.replays (tenant_id, seq);
CREATE INDEX replays_ended ON {schema}.replays (completed_at) WHERE completed_at IS NOT NULL;
ALTER TABLE {schema}.replays ADD PRIMARY KEY (tenant_id, id);
