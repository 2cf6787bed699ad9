-- The history cannot be rewritten unseen: each event carries the hash of the event before it in its case, and a hash of its own.
-- docs/history.md says the canonical form, so that anybody can check it with a program of their own.

alter table case_events
    add column before bytea,
    add column salt uuid,
    add column said_digest bytea,
    add column hash bytea,
    add column erased_at timestamptz;
comment on column case_events.before is 'The hash of the event before it in its case; null for the first.';
comment on column case_events.said_digest is
    'SHA-256 of what was said: salt, note, details and changes. It enters the hash in their place, so that what was said can be erased.';
comment on column case_events.salt is
    'Chosen by chance and erased with what was said: without it, a phone number could be guessed from its digest.';
comment on column case_events.hash is 'SHA-256 of the event with the hash of the one before it.';
comment on column case_events.erased_at is 'When what was said was erased at the end of retention; its digest stays.';

-- The canonical form. Numbers are as the wire carries them, most significant byte first; an instant is in microseconds since
-- 2000-01-01 UTC; what has no fixed length says its own first; jsonb is as PostgreSQL writes it. Each is one expression, so
-- that the planner writes it out in place: over an imported file a call would cost several times what the hash does. They
-- are immutable in fact, and stable only because convert_to is.
create function said_bytes(note text, details jsonb, changes jsonb) returns bytea language sql stable parallel safe
return int4send(coalesce(octet_length(note), -1))
    || convert_to(coalesce(note, '') || cast(details as text) || cast(changes as text), 'UTF8');
comment on function said_bytes is 'What an event says, as it is hashed: the length of the note, the note, details, changes.';

create function digest_of_said(salt uuid, note text, details jsonb, changes jsonb) returns bytea language sql stable parallel safe
return sha256(uuid_send(salt) || said_bytes(note, details, changes));
comment on function digest_of_said is 'SHA-256 of the salt and of what an event says.';

create function hash_of_event(
    before bytea, said bytea, case_id bigint, version int, at timestamptz, by_id bigint, key uuid, action text, from_state text, to_state text)
returns bytea language sql stable parallel safe
return sha256(
    coalesce(before, '\x0000000000000000000000000000000000000000000000000000000000000000'::bytea)
    || int4send(version) || int8send(coalesce(by_id, 0)) || coalesce(uuid_send(key), '\x00000000000000000000000000000000'::bytea)
    || int4send(octet_length(action)) || int4send(coalesce(octet_length(from_state), -1)) -- until here one constant, for an import
    || int4send(octet_length(to_state)) || int8send(case_id) || timestamptz_send(at)
    || convert_to(action || coalesce(from_state, '') || to_state, 'UTF8') || said);
comment on function hash_of_event is
    'SHA-256 of an event after the one with the hash before. said: the digest of what it says; of an import, which repeats nobody''s words, its bytes.';

-- The database itself writes these columns: the application may not name them, and whatever else comes is written over. Only an
-- import by the owner of the tables brings the hash of a first event along, computed in the one statement that adds all of them.
create function chain_first_event() returns trigger language plpgsql as $$
begin
    new.before := null;
    new.erased_at := null;
    if new.action <> 'import' then
        new.salt := gen_random_uuid();
        new.said_digest := digest_of_said(new.salt, new.note, new.details, new.changes);
    end if;
    new.hash := hash_of_event(
        null, coalesce(new.said_digest, said_bytes(new.note, new.details, new.changes)),
        new.case_id, new.version, new.at, new.by_id, new.key, new.action, new.from_state, new.to_state);
    return new;
end $$;

-- As the owner: whoever may add an event need not be allowed to read those before it.
create function chain_event() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    last record;
begin
    -- One after the other. A move has this lock already; whoever comes by another way takes it here, and then sees the last event.
    perform from cases where id = new.case_id for no key update;
    select version, hash into last from case_events where case_id = new.case_id order by version desc limit 1;
    if last.version is null or last.version >= new.version then
        raise exception 'An event comes after all others of its case.' using errcode = 'TO311';
    end if;
    new.before := last.hash;
    new.erased_at := null;
    new.salt := gen_random_uuid();
    new.said_digest := digest_of_said(new.salt, new.note, new.details, new.changes);
    new.hash := hash_of_event(
        last.hash, new.said_digest,
        new.case_id, new.version, new.at, new.by_id, new.key, new.action, new.from_state, new.to_state);
    return new;
end $$;

-- Who it is about follows its complaint, and that is told in its history as every change of access is (R63).
create or replace function name_subjects_of_escalations() returns trigger language plpgsql as $$
begin
    with was as (
        select id, subject_ids from cases where complaint_id = new.id and subject_ids <> new.subject_ids for no key update
    ), named as (
        update cases set subject_ids = new.subject_ids, version = version + 1
        from was where cases.id = was.id
        returning cases.id, cases.version, cases.state, was.subject_ids as had, cases.subject_ids as has
    )
    insert into case_events (case_id, version, action, from_state, to_state, changes)
    select id, version, 'follow_subjects', state, state, jsonb_build_object('subject_ids', jsonb_build_array(to_jsonb(had), to_jsonb(has)))
    from named;
    with was as (
        select id, subject_ids from cases
        where kind = 'comment' and not subject_ids @> new.subject_ids
          and id in (select other_id from case_links where case_id = new.id and relation = 'opened from')
        for no key update
    ), named as (
        update cases
        set subject_ids = array(select distinct subject from unnest(was.subject_ids || new.subject_ids) as subject order by 1),
            version = version + 1
        from was where cases.id = was.id
        returning cases.id, cases.version, cases.state, was.subject_ids as had, cases.subject_ids as has
    )
    insert into case_events (case_id, version, action, from_state, to_state, changes)
    select id, version, 'follow_subjects', state, state, jsonb_build_object('subject_ids', jsonb_build_array(to_jsonb(had), to_jsonb(has)))
    from named;
    return new;
end $$;

-- What is here already, in order. Where the last version of a case was not told, it was that.
alter table case_events disable trigger user;
insert into case_events (case_id, version, action, from_state, to_state)
select cases.id, cases.version, 'follow_subjects', cases.state, cases.state
from cases
join lateral (select max(version) as version from case_events where case_id = cases.id) as last on last.version < cases.version;
update case_events set salt = gen_random_uuid() where action <> 'import';
update case_events set said_digest = digest_of_said(salt, note, details, changes) where salt is not null;
do $$
<<this>>
declare
    place int := 1;
begin
    create temp table places on commit drop as
    select case_id, version, lag(version) over (partition by case_id order by version) as last_version,
           row_number() over (partition by case_id order by version)::int as place
    from case_events;
    create index on places (place, case_id);
    analyze places;
    loop
        update case_events as event
        set before = last.hash, hash = hash_of_event(
                last.hash, coalesce(event.said_digest, said_bytes(event.note, event.details, event.changes)), event.case_id, event.version,
                event.at, event.by_id, event.key, event.action, event.from_state, event.to_state)
        from places
        left join case_events as last on last.case_id = places.case_id and last.version = places.last_version
        where places.place = this.place and event.case_id = places.case_id and event.version = places.version;
        exit when not found;
        place := place + 1;
    end loop;
end $$;
alter table case_events enable trigger user;

alter table case_events
    alter column hash set not null,
    add constraint only_the_first_event_follows_nothing check ((version = 1) = (before is null)),
    add constraint what_was_said_has_a_digest check (
        case when action = 'import' then num_nonnulls(note, said_digest, salt) = 0 and changes = '{}' -- it repeats nobody's words
             else said_digest is not null and (salt is null) = (erased_at is not null) end);
create trigger first_event_is_chained before insert on case_events
    for each row when (new.version = 1 and new.hash is null) execute function chain_first_event();
create trigger event_is_chained before insert on case_events
    for each row when (new.version <> 1) execute function chain_event();
-- An import may switch triggers off for its foreign keys; these stay.
alter table case_events enable always trigger first_event_is_chained;
alter table case_events enable always trigger event_is_chained;
revoke insert on case_events from dashboard_system;
grant insert (case_id, version, at, by_id, action, from_state, to_state, note, details, changes, key) on case_events to dashboard_system;

-- The next so many cases from one on: the last of them, how many there are and how many events they have.
create function history_range(first_case bigint, most int) returns table (last_case bigint, cases bigint, events bigint)
language sql stable parallel safe security definer set search_path = pg_catalog, public, pg_temp as $$
    select max(id), count(*), (
        select count(*) from case_events where case_id between first_case and max(next.id))
    from (select id from cases where id >= first_case order by id limit most) as next
$$;
comment on function history_range is 'The next so many cases: the last of them, how many they are, and how many events they have.';
create function last_case() returns bigint language sql stable parallel safe security definer set search_path = pg_catalog, public, pg_temp as $$
    select max(id) from cases
$$;
comment on function last_case is 'The newest case: how far a check of the history has to go.';
revoke execute on function history_range(bigint, int), last_case() from public;
grant execute on function history_range(bigint, int), last_case() to dashboard_system;

create table history_checks (
    id bigint generated always as identity primary key,
    started_at timestamptz not null,
    ended_at timestamptz not null default clock_timestamp(),
    by_id bigint references staff,
    cases bigint not null,
    events bigint not null,
    broken int not null,
    found jsonb not null
);
comment on table history_checks is 'Each check of the whole history that went through: how much it read, and the first broken event of each broken case, of at most 1,000.';
create trigger checks_are_kept before update or delete on history_checks for each row execute function refuse_change_of_history();
grant select, insert on history_checks to dashboard_system;
grant usage on sequence history_checks_id_seq to dashboard_system;
