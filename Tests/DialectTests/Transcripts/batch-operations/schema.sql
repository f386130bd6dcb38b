CREATE TABLE resources (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL CHECK (type IN ('document', 'image', 'video')),
    status TEXT NOT NULL DEFAULT 'draft',
    metadata JSON,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    deleted_at TIMESTAMP
);
CREATE TABLE tags (
    id INTEGER PRIMARY KEY,
    resource_id TEXT NOT NULL REFERENCES resources (id),
    label TEXT NOT NULL
);
-- Has the name of one of the server's words.
CREATE TABLE jobs (id INTEGER PRIMARY KEY, title TEXT);
INSERT INTO resources (id, name, type, status, created_at, updated_at) VALUES
    ('existing_123', 'Old', 'video', 'active', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z'),
    ('res_123', 'Resource 123', 'document', 'draft', '2026-01-02T00:00:00Z', '2026-01-02T00:00:00Z'),
    ('res_456', 'Resource 456', 'image', 'draft', '2026-01-03T00:00:00Z', '2026-01-03T00:00:00Z'),
    ('res_789', 'Resource 789', 'video', 'draft', '2026-01-04T00:00:00Z', '2026-01-04T00:00:00Z');
