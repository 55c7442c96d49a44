-- Copies of scenarios that are kept ready, and when a team was given its copy.

create table pool (
  province_id text not null references province (id),
  scenario text not null,
  bundle_digest text not null references bundle (digest),
  size bigint not null,
  set_by text references account (id),
  set_at bigint not null,
  primary key (province_id, scenario)
);

alter table environment add column bound_at bigint not null default 0;
update environment set bound_at = created_at;
create index environment_by_purpose on environment (purpose, desired);
