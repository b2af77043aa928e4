-- The authority that issues devices' client certificates. Its key is encrypted with the key in the data folder.

CREATE TABLE device_authority (
  id          INTEGER PRIMARY KEY CHECK (id = 1),
  certificate TEXT NOT NULL,
  private_key TEXT NOT NULL,
  created     BIGINT NOT NULL
);
