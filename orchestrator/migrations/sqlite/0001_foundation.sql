-- Times are UTC microseconds, JSON is text, identifiers are UUIDs as text: one SQL text serves both databases.

create table setting (
  key text primary key,
  value text not null
);

-- Organisation. A validity without end is null; a report for an earlier day asks with that day.

create table province (
  id text primary key,
  code text not null unique,
  name text not null
);

create table unit (
  id text primary key,
  province_id text not null references province (id),
  parent_id text references unit (id),
  code text not null,
  name text not null,
  kind text not null,
  level text not null,
  valid_from bigint not null,
  valid_to bigint,
  unique (province_id, code)
);

create table person (
  id text primary key,
  province_id text not null references province (id),
  name text not null,
  name_folded text not null,
  email text,
  erased_at bigint
);
create index person_by_name on person (province_id, name_folded);

create table membership (
  id text primary key,
  province_id text not null references province (id),
  person_id text not null references person (id),
  unit_id text not null references unit (id),
  position text not null,
  response_team boolean not null,
  it_specialist boolean not null,
  head boolean not null,
  valid_from bigint not null,
  valid_to bigint
);
create index membership_by_person on membership (person_id);
create index membership_by_unit on membership (unit_id);

-- Accounts.

create table account (
  id text primary key,
  province_id text not null references province (id),
  person_id text references person (id),
  username text not null unique,
  password_hash text not null,
  locale text not null,
  created_at bigint not null,
  disabled_at bigint
);

create table account_role (
  account_id text not null references account (id),
  role text not null,
  primary key (account_id, role)
);

create table session (
  token_hash text primary key,
  account_id text not null references account (id),
  csrf text not null,
  address text not null,
  created_at bigint not null,
  seen_at bigint not null,
  expires_at bigint not null,
  revoked_at bigint
);
create index session_by_account on session (account_id);

create table audit (
  id text primary key,
  province_id text,
  at bigint not null,
  account_id text,
  action text not null,
  object text not null,
  outcome text not null,
  address text not null,
  detail text not null
);
create index audit_by_time on audit (at);

-- Scenarios as they were when an exercise was made from them.

create table bundle (
  digest text primary key,
  scenario text not null,
  version bigint not null,
  created_at bigint not null
);

create table bundle_file (
  digest text not null references bundle (digest),
  path text not null,
  mode bigint not null,
  content blob not null,
  primary key (digest, path)
);

-- Exercises. Exercise time is clock_elapsed, plus the time since clock_running_since where that is set.

create table exercise (
  id text primary key,
  province_id text not null references province (id),
  title text not null,
  kind text not null,
  bundle_digest text not null references bundle (digest),
  state text not null,
  duration bigint not null,
  created_by text not null references account (id),
  created_at bigint not null,
  started_at bigint,
  finished_at bigint,
  clock_elapsed bigint not null,
  clock_running_since bigint,
  launch_key text not null unique,
  isolation_override text,
  head_sequence bigint not null,
  head_hash text not null,
  head_signature text
);
create index exercise_by_province on exercise (province_id, created_at);

create table team (
  id text primary key,
  exercise_id text not null references exercise (id),
  number bigint not null,
  name text not null,
  unit_id text references unit (id),
  unique (exercise_id, number)
);

create table team_member (
  exercise_id text not null references exercise (id),
  person_id text not null references person (id),
  team_id text not null references team (id),
  primary key (exercise_id, person_id)
);
create index team_member_by_team on team_member (team_id);

create table journal (
  exercise_id text not null references exercise (id),
  sequence bigint not null,
  at bigint not null,
  exercise_time bigint not null,
  actor text not null,
  team_id text,
  kind text not null,
  payload text not null,
  previous text not null,
  hash text not null,
  key text,
  primary key (exercise_id, sequence),
  unique (exercise_id, key)
);

-- What people wrote; a row's content can be erased while the journal keeps its salted digest.
create table journal_text (
  id text primary key,
  exercise_id text not null references exercise (id),
  person_id text,
  salt text not null,
  content text,
  erased_at bigint
);
create index journal_text_by_exercise on journal_text (exercise_id);

create table follower (
  name text not null,
  exercise_id text not null references exercise (id),
  sequence bigint not null,
  primary key (name, exercise_id)
);

-- Environments: what shall exist (desired), and how far it is (phase, stage).

create table environment (
  id text primary key,
  province_id text not null references province (id),
  exercise_id text references exercise (id),
  team_id text references team (id),
  purpose text not null,
  bundle_digest text not null references bundle (digest),
  seed blob not null,
  incarnation bigint not null,
  desired text not null,
  phase text not null,
  stage text not null,
  node text,
  reason text,
  attempts bigint not null,
  next_attempt_at bigint,
  created_at bigint not null,
  updated_at bigint not null,
  ready_at bigint
);
create index environment_by_exercise on environment (exercise_id);
create index environment_by_desired on environment (desired, phase);

create table environment_incarnation (
  environment_id text not null references environment (id),
  incarnation bigint not null,
  seed blob not null,
  created_at bigint not null,
  primary key (environment_id, incarnation)
);

create table environment_subnet (
  cidr text primary key,
  environment_id text not null references environment (id),
  network text not null,
  unique (environment_id, network)
);

create table recording (
  session_id text not null,
  part bigint not null,
  exercise_id text not null references exercise (id),
  team_id text not null,
  node text not null,
  person_id text,
  path text not null,
  started_at bigint not null,
  ended_at bigint,
  primary key (session_id, part)
);

-- Learning and workforce.

create table attendance_list (
  id text primary key,
  province_id text not null references province (id),
  course text not null,
  title text not null,
  held_at bigint not null,
  document text not null,
  entered_by text not null references account (id),
  created_at bigint not null
);

create table attendance (
  list_id text not null references attendance_list (id),
  person_id text not null references person (id),
  primary key (list_id, person_id)
);
create index attendance_by_person on attendance (person_id);

create table completion (
  id text primary key,
  province_id text not null references province (id),
  person_id text not null references person (id),
  exercise_id text not null references exercise (id),
  kind text not null,
  points bigint not null,
  evidence_sequence bigint not null,
  completed_at bigint not null,
  unique (exercise_id, person_id, kind)
);
create index completion_by_person on completion (person_id);

create table indicator_entry (
  id text primary key,
  province_id text not null references province (id),
  plan text not null,
  indicator text not null,
  field text not null,
  value bigint not null,
  as_of bigint not null,
  document text not null,
  entered_by text not null references account (id),
  created_at bigint not null
);

create table report_text (
  exercise_id text not null references exercise (id),
  section text not null,
  content text not null,
  updated_by text not null references account (id),
  updated_at bigint not null,
  primary key (exercise_id, section)
);
