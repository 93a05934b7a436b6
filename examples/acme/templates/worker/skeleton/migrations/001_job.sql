create table job (
  id bigint primary key generated always as identity,
  kind text not null,
  payload jsonb not null default '{}',
  state text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'dead')),
  attempts integer not null default 0,
  run_at timestamptz not null default now(),
  locked_until timestamptz,
  last_error text,
  created_at timestamptz not null default now(),
  finished_at timestamptz
);

-- What a worker looks for next; finished jobs are not in it.
create index job_due on job (run_at, id) where state in ('waiting', 'running');
