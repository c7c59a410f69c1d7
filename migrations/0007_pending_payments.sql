-- Payments that are waited for, for the metrics: their objects are the truth. A row whose time has long passed counts no more.
CREATE TABLE pending_payments (
    claim   TEXT PRIMARY KEY NOT NULL,
    next_ms INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO metric_families (family, kind, help) VALUES
    ('posada_pending_payments', 'gauge', 'Payments that are not there yet and are looked for again.');
