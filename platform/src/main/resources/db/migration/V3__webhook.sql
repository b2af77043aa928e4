-- Secrets and header values are encrypted (AES-256-GCM) with the key in the data folder.

CREATE TABLE webhook (
  id               TEXT PRIMARY KEY,
  project_id       TEXT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
  description      TEXT NOT NULL,
  url              TEXT NOT NULL,
  type             TEXT NOT NULL CHECK (type IN ('iottly', 'user')),
  channel          TEXT,
  payload_only     INTEGER NOT NULL CHECK (payload_only IN (0, 1)),
  headers          TEXT NOT NULL,
  secret           TEXT NOT NULL,
  old_secret       TEXT,
  old_secret_until BIGINT,
  state            TEXT NOT NULL CHECK (state IN ('active', 'paused', 'disabled')),
  reason           TEXT,
  place            TEXT NOT NULL,
  missed           BIGINT NOT NULL,
  failing_since    BIGINT,
  created          BIGINT NOT NULL
);
CREATE INDEX webhook_by_project ON webhook (project_id, created, id);

-- Devices whose next message was refused; the webhook's place in the journal is beyond it.
CREATE TABLE webhook_parked (
  webhook_id   TEXT NOT NULL REFERENCES webhook (id) ON DELETE CASCADE,
  device_id    TEXT NOT NULL,
  next_message TEXT NOT NULL,
  attempts     INTEGER NOT NULL,
  first_failed BIGINT,
  next_try     BIGINT,
  problem      TEXT,
  PRIMARY KEY (webhook_id, device_id)
);

CREATE TABLE webhook_dead_letter (
  webhook_id TEXT NOT NULL REFERENCES webhook (id) ON DELETE CASCADE,
  message_id TEXT NOT NULL,
  device_id  TEXT NOT NULL,
  attempts   INTEGER NOT NULL,
  given_up   BIGINT NOT NULL,
  problem    TEXT NOT NULL,
  PRIMARY KEY (webhook_id, message_id)
);

CREATE TABLE webhook_delivery (
  webhook_id TEXT NOT NULL REFERENCES webhook (id) ON DELETE CASCADE,
  number     BIGINT NOT NULL,
  message_id TEXT NOT NULL,
  device_id  TEXT,
  attempt    INTEGER NOT NULL,
  begun      BIGINT NOT NULL,
  millis     BIGINT NOT NULL,
  status     INTEGER,
  problem    TEXT,
  excerpt    TEXT NOT NULL,
  PRIMARY KEY (webhook_id, number)
);
CREATE INDEX webhook_delivery_by_age ON webhook_delivery (begun);
