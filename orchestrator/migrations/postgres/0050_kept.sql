-- The reconciler looks at what is kept again and again; what is gone stays for the record and only grows.
create index environment_kept on environment (created_at, id) where phase <> 'gone';
