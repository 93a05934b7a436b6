create table play (
  id bigint primary key generated always as identity,
  artist text not null,
  title text not null,
  seconds integer not null check (seconds >= 0),
  played_at timestamptz not null default now()
);

create index play_day on play (((played_at at time zone 'UTC')::date));

create table daily_summary (
  day date not null,
  artist text not null,
  plays bigint not null,
  seconds bigint not null,
  primary key (day, artist)
);
