-- What rehearsals of drills found.
create table rehearsal (
  id text primary key,
  province_id text references province (id),
  scenario text not null,
  bundle_digest text not null,
  teams bigint not null,
  started_by text references account (id),
  started_at bigint not null,
  ended_at bigint not null,
  go bigint not null,
  report text not null
);
create index rehearsal_by_scenario on rehearsal (scenario, ended_at);
