-- The list of payments is by date, newest first, page by page.
CREATE INDEX compraclick_by_date ON compraclick (coalesce(paid_on, ''), autorizacion);
CREATE INDEX bac_by_date ON bac (coalesce(paid_on, ''), id);
