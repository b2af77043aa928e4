-- What the overview shows over time, and links that sign somebody in once.

CREATE TABLE project_activity (
  project_id TEXT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
  slot       BIGINT NOT NULL,
  connected  INTEGER NOT NULL,
  messages   BIGINT NOT NULL,
  lost       BIGINT NOT NULL,
  PRIMARY KEY (project_id, slot)
);
CREATE INDEX project_activity_by_slot ON project_activity (slot);

CREATE TABLE sign_in_link (
  hash      TEXT PRIMARY KEY,
  user_name TEXT NOT NULL REFERENCES user_account (name) ON DELETE CASCADE,
  expires   BIGINT NOT NULL
);
