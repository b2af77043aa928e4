-- SQL that SQLite and PostgreSQL both understand. Moments are milliseconds since 1970 (BIGINT),
-- flags are 0 or 1, lists are JSON text, hashes and keys are text.

CREATE TABLE project (
  id                     TEXT PRIMARY KEY,
  name                   TEXT NOT NULL,
  device_type            TEXT NOT NULL,
  tags                   TEXT NOT NULL,
  license_cap            INTEGER CHECK (license_cap >= 0),
  retention_seconds      BIGINT NOT NULL CHECK (retention_seconds > 0),
  retention_bytes        BIGINT NOT NULL CHECK (retention_bytes > 0),
  approve_reregistration INTEGER NOT NULL CHECK (approve_reregistration IN (0, 1)),
  created                BIGINT NOT NULL
);

-- Which id a MAC address has in a project, and the generation of its tokens. Outlives the device,
-- so that neither the id changes nor an old token comes back to life when it registers again.
CREATE TABLE device_identity (
  id         TEXT PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
  mac        TEXT NOT NULL,
  generation BIGINT NOT NULL CHECK (generation > 0),
  UNIQUE (project_id, mac)
);

CREATE TABLE device (
  id                TEXT PRIMARY KEY REFERENCES device_identity (id) ON DELETE CASCADE,
  project_id        TEXT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
  machine_id        TEXT NOT NULL,
  name              TEXT NOT NULL,
  agent_version     TEXT,
  os                TEXT,
  registered        BIGINT NOT NULL,
  awaiting_machine  TEXT,
  approved_machine  TEXT
);
CREATE INDEX device_by_project ON device (project_id, id);

CREATE TABLE license (
  token      TEXT PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
  device_id  TEXT UNIQUE REFERENCES device (id) ON DELETE SET NULL,
  created    BIGINT NOT NULL
);
CREATE INDEX license_by_project ON license (project_id, created, token);
CREATE INDEX license_available ON license (project_id, created, token) WHERE device_id IS NULL;

CREATE TABLE definition (
  project_id  TEXT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
  type        TEXT NOT NULL,
  description TEXT NOT NULL,
  direction   TEXT NOT NULL CHECK (direction IN ('command', 'event')),
  keywords    TEXT NOT NULL,
  PRIMARY KEY (project_id, type)
);

CREATE TABLE pair_code (
  hash        TEXT PRIMARY KEY,
  project_id  TEXT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
  device_name TEXT NOT NULL,
  expires     BIGINT NOT NULL,
  used        BIGINT
);
CREATE INDEX pair_code_by_expiry ON pair_code (project_id, expires);

CREATE TABLE api_key (
  id          TEXT PRIMARY KEY,
  project_id  TEXT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
  hash        TEXT NOT NULL UNIQUE,
  description TEXT NOT NULL,
  scopes      TEXT NOT NULL,
  created     BIGINT NOT NULL,
  expires     BIGINT,
  last_used   BIGINT
);
CREATE INDEX api_key_by_project ON api_key (project_id, created, id);

CREATE TABLE signing_key (
  id          TEXT PRIMARY KEY,
  private_key TEXT NOT NULL,
  public_key  TEXT NOT NULL,
  created     BIGINT NOT NULL,
  retired     BIGINT
);

CREATE TABLE user_account (
  name     TEXT PRIMARY KEY,
  password TEXT NOT NULL,
  created  BIGINT NOT NULL
);
