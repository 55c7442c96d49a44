-- Scenarios that authors uploaded: each version once, with its state. Their files stand in bundle and bundle_file.
create table library_entry (
  province_id text not null references province (id),
  scenario text not null,
  version bigint not null,
  bundle_digest text not null references bundle (digest),
  state text not null,
  errors bigint not null,
  uploaded_by text not null references account (id),
  uploaded_at bigint not null,
  primary key (province_id, scenario, version)
);
-- One version of a scenario is released at a time.
create unique index library_released on library_entry (province_id, scenario) where state = 'released';
create index library_by_bundle on library_entry (bundle_digest);

-- What was done to them, kept also of drafts that were deleted.
create table library_change (
  id text primary key,
  province_id text not null references province (id),
  scenario text not null,
  version bigint not null,
  change text not null,
  note text not null,
  account_id text not null references account (id),
  changed_at bigint not null
);
create index library_change_by_scenario on library_change (province_id, scenario, changed_at, id);

-- Somebody tries a scenario alone: it counts nowhere.
alter table exercise add column trial bigint not null default 0;
