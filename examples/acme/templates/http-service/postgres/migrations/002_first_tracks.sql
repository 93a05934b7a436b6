-- A new service answers with rows from the first minute. Delete this file before the first real data, or keep it.
insert into track (title, artist, seconds) values
  ('Low Tide', 'Harbour Lights', 214),
  ('Paper Lanterns', 'Ines Okafor', 187),
  ('Northbound', 'The Slow Trains', 256),
  ('Second Coffee', 'Ines Okafor', 201),
  ('Copper Wire', 'Halden', 178);
