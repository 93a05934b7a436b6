-- Something to count on the first night.
insert into play (artist, title, seconds, played_at) values
  ('Ines Okafor', 'Paper Lanterns', 187, now() - interval '1 day'),
  ('Ines Okafor', 'Second Coffee', 201, now() - interval '1 day'),
  ('Halden', 'Copper Wire', 178, now() - interval '1 day');
