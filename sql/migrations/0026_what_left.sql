-- What has left stays as it left, and every message begins as one that waits. The dashboard changes how a message stands, and where one
-- that has not left goes; never what it says, whose it is, or when it was made.
revoke insert, update on notices from dashboard_system;
grant insert (case_id, purpose, letter_id, channel, to_address, subject, body, message_id, created_by) on notices to dashboard_system;
grant update (status, problem, attempts, sending_since, sent_at, next_try_at, handled_by, to_address) on notices to dashboard_system;

create function keep_what_left() returns trigger language plpgsql as $$
begin
    raise exception 'A message that has left cannot be changed.' using errcode = 'TO311';
end $$;
create trigger what_left_is_kept before update on notices
    for each row when (old.status = 'sent' and new.* is distinct from old.*) execute function keep_what_left();

-- Praise reaches somebody at the moment at which it is handed on, whoever says otherwise, and only once.
create function keep_what_reached_them() returns trigger language plpgsql as $$
begin
    if old.handed_at is not null then
        raise exception 'They have read it already, so when it reached them stays as it is.' using errcode = 'TO311';
    end if;
    new.handed_at := right_now();
    return new;
end $$;
create trigger reached_once before update on praise
    for each row when (
        (old.case_id, old.staff_id, old.team_id, old.known_by, old.supervisor_id, old.handed_at, old.handed_by)
        is distinct from (new.case_id, new.staff_id, new.team_id, new.known_by, new.supervisor_id, new.handed_at, new.handed_by)
        and (old.handed_at is not null or new.handed_at is not null))
    execute function keep_what_reached_them();
create function refuse_praise_that_begins_handed_on() returns trigger language plpgsql as $$
begin
    raise exception 'Praise is handed on after it was taken down.' using errcode = 'TO311';
end $$;
create trigger praise_begins_unheard before insert on praise
    for each row when (new.handed_at is not null) execute function refuse_praise_that_begins_handed_on();
