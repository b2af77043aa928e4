-- People who sign in, what they may do, and who did what.

ALTER TABLE user_account ADD COLUMN administrator INTEGER NOT NULL DEFAULT 0
  CHECK (administrator IN (0, 1));

CREATE TABLE user_session (
  id        TEXT PRIMARY KEY,
  hash      TEXT NOT NULL UNIQUE,
  user_name TEXT NOT NULL REFERENCES user_account (name) ON DELETE CASCADE,
  created   BIGINT NOT NULL,
  last_used BIGINT NOT NULL,
  address   TEXT NOT NULL,
  client    TEXT NOT NULL
);
CREATE INDEX user_session_by_user ON user_session (user_name, created, id);

CREATE TABLE member (
  project_id TEXT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
  user_name  TEXT NOT NULL REFERENCES user_account (name) ON DELETE CASCADE,
  role       TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'owner')),
  PRIMARY KEY (project_id, user_name)
);
CREATE INDEX member_by_user ON member (user_name, project_id);

ALTER TABLE device ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';

-- Outlives what it tells of, so it refers to nothing.
CREATE TABLE audit_entry (
  position   BIGINT PRIMARY KEY,
  moment     BIGINT NOT NULL,
  actor_kind TEXT NOT NULL,
  actor      TEXT NOT NULL,
  address    TEXT,
  project_id TEXT,
  action     TEXT NOT NULL,
  target     TEXT NOT NULL,
  detail     TEXT NOT NULL
);
CREATE INDEX audit_entry_by_project ON audit_entry (project_id, position);
