-- What stands on a province's documents: who issues and signs them, by the day from which that holds. A report is made
-- with what held on the day that it bears.
create table issuer (
  province_id text not null references province (id),
  valid_from bigint not null,
  superior text not null,
  body text not null,
  sign text not null,
  place text not null,
  authority text not null,
  position text not null,
  signer text not null,
  recipients text not null,
  updated_by text references account (id),
  updated_at bigint not null,
  primary key (province_id, valid_from)
);

-- How an evaluator rates an objective, and why; an empty rating leaves it to the points.
create table objective_rating (
  exercise_id text not null references exercise (id),
  objective text not null,
  rating text not null,
  judgement text not null,
  updated_by text not null references account (id),
  updated_at bigint not null,
  primary key (exercise_id, objective)
);
