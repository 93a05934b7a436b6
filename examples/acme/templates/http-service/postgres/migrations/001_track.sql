create table track (
  id integer primary key generated always as identity,
  title text not null check (title <> ''),
  artist text not null check (artist <> ''),
  seconds integer not null check (seconds > 0),
  added_at timestamptz not null default now()
);

create index track_artist on track (artist, added_at desc);
