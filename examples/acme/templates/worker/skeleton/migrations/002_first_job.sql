-- A new worker has something to do from the first minute.
insert into job (kind, payload) values ('greet', '{"name": "Acme"}');
