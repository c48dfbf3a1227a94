-- Every row has a checksum over its other columns, in the order in which they stand here.
-- `number` keeps the order of creation, whatever the clock said.

CREATE TABLE session (
    number INTEGER PRIMARY KEY,
    checksum TEXT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    started INTEGER NOT NULL,
    level TEXT NOT NULL,
    title TEXT NOT NULL,
    questions INTEGER NOT NULL,
    version INTEGER NOT NULL,
    plan TEXT NOT NULL
) STRICT;

CREATE TABLE event (
    checksum TEXT NOT NULL,
    session TEXT NOT NULL REFERENCES session (id),
    seq INTEGER NOT NULL CHECK (seq >= 0),
    payload TEXT NOT NULL,
    PRIMARY KEY (session, seq)
) STRICT;

CREATE TABLE progress (
    checksum TEXT NOT NULL,
    session TEXT NOT NULL PRIMARY KEY REFERENCES session (id),
    answered INTEGER NOT NULL,
    score INTEGER CHECK (score BETWEEN 0 AND 100),
    state TEXT NOT NULL CHECK (state IN ('open', 'completed', 'time-up', 'stopped'))
) STRICT;

CREATE TABLE draft (
    checksum TEXT NOT NULL,
    session TEXT NOT NULL PRIMARY KEY REFERENCES session (id),
    text TEXT NOT NULL
) STRICT;
