-- What nobody has, promise by promise in the order of its due dates: the lanes of the queue read it so.
create index open_by_nobody_and_promise on cases (promised_days, due_on, id) where closed_at is null and owner_id is null;
