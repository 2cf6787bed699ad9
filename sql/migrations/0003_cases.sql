-- Cases: complaints, escalations, comments and compliments, and the history of each.

create sequence request_numbers start 9400001;

-- "You need the request number of your complaint" (L34): people read it out with spaces, dashes and a hash (R9).
-- One expression and not steps, so that the planner writes it out in place: several times faster over an imported file.
create function as_request_no(said text) returns text language sql immutable parallel safe
return case
    when length(translate(said, E' \t\u00a0#-', '')) < 8 and translate(said, E' \t\u00a0#-', '') ~ '^[0-9]+$' then
        lpad(translate(said, E' \t\u00a0#-', ''), 8, '0')
    else upper(translate(said, E' \t\u00a0#-', '') collate "C")
end;
comment on function as_request_no is 'A request number as it is looked up: no spaces, # or -, short digits padded to 8.';

create table cases (
    id bigint generated always as identity primary key,
    request_no text not null,
    request_key text not null generated always as (as_request_no(request_no)) stored,
    kind text not null,
    state text not null default 'received',
    version int not null default 1,
    source text not null default 'dashboard',

    -- what was said, about what and whom
    title text not null,
    description text not null default '',
    category text,
    tags text[] not null default '{}',
    topic text,
    subject_ids bigint[] not null default '{}',
    division_id bigint references divisions,

    -- how and when it came
    channel text not null,
    received_at timestamptz not null,
    received_on date not null generated always as (local_date(received_at)) stored,
    entered_at timestamptz not null default right_now(),
    entered_by bigint references staff,
    backdated_because text,

    -- the promise: written at receipt, moved only by an applied calendar change
    promised_days int,
    due_on date,
    first_due_on date,
    reply_requested boolean not null default false,

    -- whom to answer, and how
    customer_name text,
    phone text,
    email text,
    postal_address text,
    contact_held_by text,
    language text,
    interpreter boolean not null default false,
    accessible_format text,
    erased_at timestamptz,

    -- who has it
    team_id bigint references teams,
    owner_id bigint references staff,
    assigned_at timestamptz,
    recused_ids bigint[] not null default '{}',
    acknowledged_at timestamptz,

    -- the investigation and the steps taken
    finding text,
    finding_summary text,
    sources_checked text,
    root_cause text,
    steps_taken text,
    no_steps_because text,

    -- the answer, and the end
    responded_at timestamptz,
    responded_on date generated always as (local_date(responded_at)) stored,
    response_channel text,
    response text,
    responded_by bigint references staff,
    accountable_id bigint references staff,
    closed_at timestamptz,
    redirected_to bigint references divisions,
    duplicate_of bigint references cases,

    -- written by a trigger, or by an import that reads each distinct text once
    search tsvector not null,

    constraint request_number_is_unique unique (request_key),
    constraint request_number_is_not_blank check (request_no ~ '\S'),
    constraint title_is_not_blank check (title ~ '\S'),
    constraint state_belongs_to_kind check (state in (
        'received', 'redirected') or case kind
        when 'complaint' then state in (
            'under_review', 'investigating', 'responded', 'withdrawn', 'duplicate', 'not_a_complaint')
        when 'escalation' then state in ('in_review', 'decided', 'closed')
        when 'comment' then state in ('under_review', 'forwarded', 'closed', 'no_action')
        when 'compliment' then state in ('forwarded', 'closed')
        else false end),
    constraint channel_is_known check (
        channel in ('online', 'phone', 'email', 'mail', 'in person', 'chat', 'social', 'other')),
    constraint complaint_has_a_category check (kind <> 'complaint' or category is not null),
    constraint category_is_known check (category in (
        'policy or procedure', 'staff', 'access', 'timeliness', 'outcome', 'quality', 'standard of service', 'charges')),
    -- "Contact information is required to make a complaint." (L9)
    constraint complaint_has_a_contact check (
        kind <> 'complaint' or erased_at is not null
        or coalesce(phone, email, postal_address, contact_held_by) is not null),
    constraint reply_has_somewhere_to_go check (
        not reply_requested or erased_at is not null
        or coalesce(phone, email, postal_address, contact_held_by) is not null),
    constraint promise_has_days_and_date check (
        (due_on is null) = (promised_days is null) and (due_on is null) = (first_due_on is null)),
    constraint complaint_has_a_promise check (kind <> 'complaint' or due_on is not null),
    constraint received_before_it_was_entered check (received_at <= entered_at),
    constraint closed_at_only_when_closed check (
        (state in ('responded', 'redirected', 'withdrawn', 'duplicate', 'not_a_complaint', 'closed', 'no_action'))
        = (closed_at is not null)),
    constraint complaint_is_responded_by_a_response check (
        kind <> 'complaint' or (state = 'responded') = (responded_at is not null)),
    constraint answered_after_it_was_received check (responded_at >= received_at),
    constraint response_has_a_text check (
        responded_at is null or source <> 'dashboard' or erased_at is not null or coalesce(response, '') ~ '\S'),
    -- "Complaint is received and reviewed by a supervisor." (L17)
    constraint work_has_an_owner check (
        owner_id is not null or state not in ('under_review', 'investigating', 'in_review') or source <> 'dashboard'),
    -- "A full investigation will be completed." (L18) "Supervisor will take appropriate steps." (L20)
    constraint response_follows_an_investigation check (
        kind <> 'complaint' or state <> 'responded' or source <> 'dashboard' or erased_at is not null
        or (finding is not null and coalesce(steps_taken, no_steps_because) is not null)),
    constraint finding_is_known check (finding in (
        'substantiated', 'partly substantiated', 'not substantiated', 'unable to determine')),
    constraint finding_has_its_grounds check (
        finding is null or erased_at is not null
        or (coalesce(finding_summary, '') ~ '\S' and coalesce(sources_checked, '') ~ '\S')),
    constraint redirected_has_a_division check ((state = 'redirected') = (redirected_to is not null)),
    constraint duplicate_has_an_original check ((state = 'duplicate') = (duplicate_of is not null)),
    constraint subject_never_has_it check (owner_id <> all (subject_ids)),
    constraint recused_never_has_it check (owner_id <> all (recused_ids))
);
comment on table cases is 'One row for each complaint, escalation, comment or compliment, as it is now. History is in case_events.';
comment on column cases.subject_ids is 'Staff it is about. An array, so that the database itself can refuse them the case in a check.';
comment on column cases.recused_ids is 'Staff who declared a conflict of interest.';
comment on column cases.contact_held_by is 'The system that holds the contact when an import carries none (R6).';
comment on column cases.due_on is 'The promise as it stands; first_due_on as it was first made. Lateness is computed, never stored.';

-- Open work is what people look at all day: these stay small however long the history grows.
create index open_by_promise on cases (promised_days, due_on, id) where closed_at is null;
create index open_by_owner on cases (owner_id, promised_days, due_on, id) where closed_at is null;
create index open_by_team on cases (team_id, promised_days, due_on, id) where closed_at is null;
create index open_without_promise on cases (received_on, id) where closed_at is null and promised_days is null;
create index open_by_nobody on cases (due_on, id) where closed_at is null and owner_id is null;
create index cases_by_receipt on cases (received_at, id);
create index cases_by_owner on cases (owner_id, received_at, id) where owner_id is not null;
create index cases_by_word on cases using gin (search);
-- Prior contact and likely duplicates, looked up while the caller is on the line.
create index cases_by_phone on cases (phone) where phone is not null;
create index cases_by_email on cases (lower(email)) where email is not null;

-- What a search finds: the words of a case in their English stems, and whom it is from as they are written. The request
-- number has an index of its own.
create function words_of(said text) returns tsvector language sql immutable parallel safe
return to_tsvector('english', coalesce(said, ''));
comment on function words_of is 'The words of a text, as a search finds them.';

create function words_of_case(
    title text, topic text, description text, response text, customer_name text, email text, phone text)
returns tsvector language sql immutable parallel safe
return words_of(title || ' ' || coalesce(topic, '')) || words_of(description) || words_of(response)
    || case when coalesce(customer_name, email, phone) is null then ''
        else to_tsvector('simple', coalesce(customer_name, '') || ' ' || coalesce(email, '') || ' ' || coalesce(phone, '')) end;
comment on function words_of_case is 'The words of a case, as a search finds them.';

create function write_search() returns trigger language plpgsql as $$
begin
    new.search := words_of_case(
        new.title, new.topic, new.description, new.response, new.customer_name, new.email, new.phone);
    return new;
end $$;

create trigger search_is_written before insert on cases
    for each row when (new.search is null) execute function write_search();
create trigger search_is_written_again before update of title, topic, description, response, customer_name, email, phone on cases
    for each row execute function write_search();

create function next_request_no() returns text language plpgsql volatile as $$
declare
    candidate text;
begin
    loop -- an import may have brought the number along already
        candidate := lpad(nextval('request_numbers')::text, 8, '0');
        exit when not exists (select from cases where request_key = candidate);
    end loop;
    return candidate;
end $$;

alter table cases alter column request_no set default next_request_no();

-- "Complaint is received and reviewed by a supervisor" (L17), never one who is in it (R11).
create function refuse_owner_in_conflict() returns trigger language plpgsql as $$
begin
    -- who left or took another role has it until somebody else does: its work goes on
    if tg_op = 'UPDATE' and new.owner_id = old.owner_id and new.subject_ids = old.subject_ids and old.closed_at is null then
        return new;
    end if;
    if not exists (select from staff where id = new.owner_id and active and role in ('supervisor', 'manager', 'director'))
    then
        raise exception 'Only an active supervisor, manager or director can have a case.' using errcode = 'TO311';
    end if;
    if exists (select from staff_above where staff_id = new.owner_id and above_id = any (new.subject_ids)) then
        raise exception 'Somebody who reports to the person complained about cannot have the complaint.'
            using errcode = 'TO311';
    end if;
    return new;
end $$;

-- After, not before: a trigger before an update would lock the row as if its number changed, and two who add a file at
-- once would wait for each other.
create trigger owner_may_have_it
    after insert or update of owner_id, subject_ids on cases
    for each row when (new.owner_id is not null and new.closed_at is null)
    execute function refuse_owner_in_conflict();

create function refuse_unknown_subject() returns trigger language plpgsql as $$
begin
    if exists (select from unnest(new.subject_ids) as subject (id) where subject.id not in (select id from staff)) then
        raise exception 'The person named is not in the staff directory.' using errcode = 'TO311';
    end if;
    return new;
end $$;

create trigger subjects_are_staff
    after insert or update of subject_ids on cases
    for each row when (new.subject_ids <> '{}')
    execute function refuse_unknown_subject();

create table case_events (
    case_id bigint not null references cases,
    version int not null,
    at timestamptz not null default right_now(),
    by_id bigint references staff,
    action text not null,
    from_state text,
    to_state text not null,
    note text,
    details jsonb not null default '{}',
    changes jsonb not null default '{}',
    key uuid,
    primary key (case_id, version)
);
create unique index one_event_per_click on case_events (key) where key is not null;
comment on table case_events is 'The history: every move of every case, who, when and why. Rows are added and never changed (R63).';
comment on column case_events.version is 'The version of the case that this move made.';
comment on column case_events.by_id is 'Null where the system acted: an import, a delivered message.';
comment on column case_events.details is 'What the form said.';
comment on column case_events.changes is 'Each changed column with its old and new value.';
comment on column case_events.key is 'The key of the click, so that a double click never acts twice.';

create function event_of_click(click uuid) returns table (case_id bigint, version int) language sql volatile as $$
    -- the same click twice at once: the second waits for the end of the first, and then sees what it came to
    select pg_advisory_xact_lock(hashtextextended(click::text, 311));
    select case_id, version from case_events where key = click;
$$;
comment on function event_of_click is 'What a click came to, if it was carried out. Until the transaction ends, nobody else can ask.';

create function refuse_change_of_history() returns trigger language plpgsql as $$
begin
    raise exception 'The history can only be added to.' using errcode = 'TO311';
end $$;
create trigger history_is_append_only before update or delete on case_events
    for each row execute function refuse_change_of_history();
create trigger history_is_not_emptied before truncate on case_events
    for each statement execute function refuse_change_of_history();

create table case_links (
    case_id bigint not null references cases,
    other_id bigint not null references cases,
    relation text not null,
    primary key (case_id, other_id, relation),
    constraint relation_is_known check (relation in ('duplicate of', 'split from', 'opened from')),
    constraint not_linked_to_itself check (case_id <> other_id)
);
create index links_by_other on case_links (other_id);
comment on table case_links is 'Cases that belong together (R25, R57, R58).';

create table attachments (
    id bigint generated always as identity primary key,
    case_id bigint not null references cases,
    name text not null,
    media_type text not null,
    content bytea not null,
    added_at timestamptz not null default right_now(),
    added_by bigint references staff,
    constraint file_is_not_empty check (length(content) > 0)
);
create index attachments_by_case on attachments (case_id);
comment on table attachments is 'Files kept with a case.';

create table drafts (
    case_id bigint not null references cases,
    staff_id bigint not null references staff,
    action text not null,
    said jsonb not null,
    saved_at timestamptz not null default right_now(),
    primary key (case_id, staff_id, action)
);
comment on table drafts is 'What somebody has typed into a form of a case and not sent, so that nothing typed is lost.';

create table access_log (
    id bigint generated always as identity primary key,
    at timestamptz not null default now(),
    by_id bigint not null references staff,
    case_id bigint references cases,
    what text not null
);
create index access_by_case on access_log (case_id, at);
create trigger access_is_append_only before update or delete on access_log
    for each row execute function refuse_change_of_history();
create trigger access_is_not_emptied before truncate on access_log
    for each statement execute function refuse_change_of_history();
comment on table access_log is 'Who looked at or exported cases about a person (R64).';

create table saved_views (
    id bigint generated always as identity primary key,
    owner_id bigint not null references staff,
    name text not null,
    shared boolean not null default false,
    query text not null,
    constraint view_has_a_name check (name ~ '\S'),
    constraint one_view_per_name unique (owner_id, name)
);
comment on table saved_views is 'Filters of the queue that somebody gave a name, kept as the query of its address.';
