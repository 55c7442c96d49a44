-- What the list of scenarios shows of a version, worked out once: JSON, and nothing where it is to be worked out again.
alter table library_entry add column card text;
