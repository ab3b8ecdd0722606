"""The tables of a history."""

from vsat_core.library.schema import Tables

APPLICATION = 0x56534148  # "VSAH", in the header of the file
# Never change a script that was released: add another.
MIGRATIONS = (
    """
    CREATE TABLE measurement (
        id INTEGER PRIMARY KEY,
        digest TEXT NOT NULL UNIQUE,    -- sha256 of the results
        kind TEXT NOT NULL,             -- bench, evaluate, matrix, ...
        recorded TEXT NOT NULL,         -- UTC, ISO 8601
        commit_id TEXT NOT NULL,        -- '' where it is not known
        commit_time INTEGER,            -- seconds since 1970
        commit_of TEXT NOT NULL,        -- project, vsat, file or ''
        vsat_commit TEXT NOT NULL,      -- '' where VSAT does not run from a checkout
        version TEXT NOT NULL,          -- of VSAT
        machine TEXT NOT NULL,          -- processor, cores, memory
        threads INTEGER NOT NULL,
        environment TEXT NOT NULL,      -- JSON: system, Python, packages, variables
        source TEXT NOT NULL            -- file or command it came from
    );
    CREATE TABLE figure (
        measurement INTEGER NOT NULL REFERENCES measurement ON DELETE CASCADE,
        profile TEXT NOT NULL,
        profile_digest TEXT NOT NULL,   -- sha256 of the resolved profile
        operation TEXT NOT NULL,
        recording TEXT NOT NULL,
        metric TEXT NOT NULL,
        value REAL NOT NULL,
        unit TEXT NOT NULL,
        low REAL,                       -- 95 % interval
        high REAL,
        n INTEGER,
        PRIMARY KEY (measurement, profile, operation, recording, metric)
    ) WITHOUT ROWID;
    """,
    """
    -- sha256 of the recording's content, '' where it is not known
    ALTER TABLE figure ADD COLUMN recording_digest TEXT NOT NULL DEFAULT '';
    """,
)
HISTORY = Tables("history", APPLICATION, MIGRATIONS, "--history")
