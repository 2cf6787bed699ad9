-- Comments reach the right team lead, compliments reach the person, and recognition is fair (RULES E and F).

-- Comments: "Supervisor will assess the request and determine if appropriate for 311 Toronto. Supervisor will forward
-- comment to the appropriate team lead." (L58, L59) And whom no identity is kept of.
alter table cases
    add column assessed_because text,
    add column lead_id bigint references staff,
    add column forwarded_at timestamptz,
    add column lead_heard_at timestamptz,
    add column lead_outcome text,
    add column lead_done_at timestamptz,
    add column reply_asked_on date,
    add column anonymous boolean not null default false,
    -- compliments: who is praised, what they read, whether they may know by whom, and who of management it was shared with
    add column praised_ids bigint[] not null default '{}',
    add column praise_words text,
    add column naming_consent text,
    add column naming_consent_at timestamptz,
    add column naming_consent_by bigint references staff,
    add column shared_at timestamptz,
    add column shared_with bigint references staff;
comment on column cases.assessed_because is 'Why a comment is for 311 Toronto (L58).';
comment on column cases.lead_id is 'The team lead a comment was forwarded to (L59).';
comment on column cases.lead_heard_at is 'When the team lead acknowledged it.';
comment on column cases.reply_asked_on is 'The day a reply was asked for, when that was after the receipt: the clock started then.';
comment on column cases.anonymous is 'The customer wished it so: nothing that tells who they are is kept, so nothing has to be erased.';
comment on column cases.praised_ids is
    'Staff whom a compliment praises, or may praise. Kept by a trigger on praise, so that a check can refuse them the case.';
comment on column cases.praise_words is 'What the praised read: without the customer''s name unless they agreed, and without any complaint.';
comment on column cases.naming_consent is 'How the customer agreed that the praised may know their name. Their contact stays withheld.';
comment on column cases.shared_with is 'The manager a compliment was shared with (L76).';

-- Praise: whom a compliment praises, how that is known, and how it reached them. Beside subject_ids, not in it: a complaint
-- is kept from its subject, and praise is brought to them.
create table praise (
    id bigint generated always as identity primary key,
    case_id bigint not null references cases,
    staff_id bigint references staff,
    team_id bigint references teams,
    known_by text not null,
    because text not null default '',
    sure boolean not null default true,
    supervisor_id bigint references staff,
    handed_at timestamptz,
    handed_by bigint references staff,
    constraint praises_a_person_or_a_team check (num_nonnulls(staff_id, team_id) = 1),
    constraint known_by_is_known check (known_by in ('named', 'suggested')),
    constraint praised_once unique (case_id, staff_id),
    constraint team_praised_once unique (case_id, team_id),
    constraint handed_on_by_somebody check ((handed_at is null) = (handed_by is null)),
    constraint only_the_named_are_told check (handed_at is null or known_by = 'named'),
    constraint nobody_hands_on_to_themselves check (handed_by <> staff_id)
);
create index praise_by_person on praise (staff_id, handed_at) where staff_id is not null;
create index praise_by_team on praise (team_id, handed_at) where team_id is not null;
create index praise_to_hand_on on praise (supervisor_id) where handed_at is null;
comment on table praise is 'Whom a compliment praises: a person or a team, how that is known, through which supervisor and when it reached them (R58, R62).';
comment on column praise.known_by is 'Named by staff, or suggested by the staff directory and not looked at yet.';
comment on column praise.because is 'Why the directory suggests them.';

create table praise_seen (
    praise_id bigint not null references praise,
    staff_id bigint not null references staff,
    seen_at timestamptz not null default right_now(),
    primary key (praise_id, staff_id)
);
comment on table praise_seen is 'When somebody first read what was said about them, or about their team.';

-- What reached somebody has reached them.
create function keep_what_was_handed_on() returns trigger language plpgsql as $$
begin
    if old.handed_at is not null then
        raise exception 'They have read it already, so it stays theirs.' using errcode = 'TO311';
    end if;
    return old;
end $$;
create trigger handed_on_is_kept before delete on praise for each row execute function keep_what_was_handed_on();

create function write_praised_ids() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
    update cases set praised_ids = array(
        select staff_id from praise where case_id = cases.id and staff_id is not null order by staff_id)
    where id = coalesce(new.case_id, old.case_id);
    return null;
end $$;
create trigger praised_ids_are_kept after insert or delete on praise
    for each row execute function write_praised_ids();

-- Compliments named staff in subject_ids until now, and were kept from them.
alter table cases disable trigger user;
insert into praise (case_id, staff_id, known_by)
select cases.id, staff_id, 'named' from cases, unnest(subject_ids) as staff_id where kind = 'compliment';
update cases set subject_ids = '{}' where kind = 'compliment' and subject_ids <> '{}';
alter table cases enable trigger user;

alter table cases
    add constraint praise_is_not_an_accusation check (kind <> 'compliment' or subject_ids = '{}'),
    add constraint praised_never_has_it check (owner_id <> all (praised_ids)),
    -- "Supervisor will assess the request" (L58) before it is forwarded to "the appropriate team lead" (L59)
    add constraint forwarded_comment_was_assessed check (
        kind <> 'comment' or state <> 'forwarded' or source <> 'dashboard' or erased_at is not null
        or (coalesce(assessed_because, '') ~ '\S' and lead_id is not null and forwarded_at is not null)),
    add constraint lead_acts_on_what_was_forwarded check (
        (lead_heard_at is null or lead_heard_at >= forwarded_at) and (lead_done_at is null or lead_done_at >= lead_heard_at)),
    -- "Supervisor will respond back to the customer [...] if requested by customer." (L60) Redirecting it changes nothing.
    add constraint who_asked_is_answered check (
        kind not in ('comment', 'compliment') or closed_at is null or not reply_requested or responded_at is not null
        or source <> 'dashboard'),
    add constraint anonymous_has_no_identity check (
        not anonymous or (kind in ('comment', 'compliment') and num_nonnulls(customer_name, phone, email, postal_address,
                                                                          contact_held_by, naming_consent) = 0)),
    add constraint naming_consent_is_recorded check (
        (naming_consent is null) = (naming_consent_at is null) and (naming_consent_at is null) = (naming_consent_by is null)),
    -- "forwarded to relevant staff and shared with the appropriate management staff" (L76)
    add constraint closed_compliment_was_shared check (
        kind <> 'compliment' or state <> 'closed' or source <> 'dashboard' or (shared_at is not null and shared_with is not null)),
    add constraint reply_asked_for_is_promised check (reply_asked_on is null or (reply_requested and reply_asked_on >= received_on));

grant update (
    assessed_because, lead_id, forwarded_at, lead_heard_at, lead_outcome, lead_done_at, reply_requested,
    praise_words, naming_consent, naming_consent_at, naming_consent_by, shared_at, shared_with
) on cases to dashboard_app;
grant select, insert, delete, update (known_by, because, sure, supervisor_id, handed_at, handed_by) on praise to dashboard_app;
grant select, insert on praise_seen to dashboard_app;

-- A reply that is asked for later: "the clock starts that day" (R55). Nobody else writes a promise after the receipt, and
-- nobody takes one back.
create function promise_a_reply() returns trigger language plpgsql as $$
begin
    if old.reply_requested then
        raise exception 'A reply that was asked for stays promised.' using errcode = 'TO311';
    end if;
    new.promised_days := standard_on(new.kind, 'answered', today());
    new.due_on := due_on(today(), new.promised_days);
    new.first_due_on := new.due_on;
    new.reply_asked_on := today();
    return new;
end $$;
create trigger reply_is_promised before update of reply_requested on cases
    for each row when (new.reply_requested <> old.reply_requested) execute function promise_a_reply();

-- Only a team lead is forwarded comments.
create function refuse_other_leads() returns trigger language plpgsql as $$
begin
    -- who left or took another role has it until it is forwarded again: it can still be closed
    if tg_op = 'UPDATE' and new.lead_id is not distinct from old.lead_id and new.subject_ids = old.subject_ids then
        return new;
    end if;
    if not exists (select from staff where id = new.lead_id and active and role = 'team_lead') then
        raise exception 'A comment is forwarded to an active team lead.' using errcode = 'TO311';
    end if;
    if new.lead_id = any (new.subject_ids) then
        raise exception 'A comment about a team lead is forwarded to another one.' using errcode = 'TO311';
    end if;
    return new;
end $$;
create trigger lead_may_have_it after insert or update of lead_id, subject_ids on cases
    for each row when (new.lead_id is not null and new.closed_at is null and new.source = 'dashboard') execute function refuse_other_leads();

-- Hand-offs in the database too: nobody closes a compliment that has not reached everybody it praises (R62).
create function refuse_unheard_praise() returns trigger language plpgsql as $$
begin
    if not exists (select from praise where case_id = new.id)
       or exists (select from praise where case_id = new.id and handed_at is null) then
        raise exception 'Hand it on to everybody it praises before it is closed.' using errcode = 'TO311';
    end if;
    return new;
end $$;
create trigger praise_is_heard before update of state on cases
    for each row when (new.kind = 'compliment' and new.state = 'closed' and old.state <> 'closed' and new.source = 'dashboard')
    execute function refuse_unheard_praise();

-- What a search finds: of a compliment never whom it is from.
create or replace function write_search() returns trigger language plpgsql as $$
begin
    new.search := case when new.kind = 'compliment'
        then words_of_case(new.title, new.topic, new.description, new.response, null, null, null)
        else words_of_case(new.title, new.topic, new.description, new.response, new.customer_name, new.email, new.phone) end;
    return new;
end $$;
update cases set search = words_of_case(title, topic, description, response, null, null, null)
where kind = 'compliment' and coalesce(customer_name, email, phone) is not null;

-- How many contacts somebody had in a month: praise is counted beside them, so that a busy line is no advantage.
create table contact_counts (
    staff_id bigint not null references staff,
    month date not null,
    contacts int not null,
    loaded_at timestamptz not null default right_now(),
    loaded_by bigint not null references staff,
    primary key (staff_id, month),
    constraint month_begins_on_its_first_day check (extract(day from month) = 1),
    constraint contacts_are_counted check (contacts >= 0)
);
comment on table contact_counts is 'Contacts of each person in each month, from a file.';
grant select, insert, update on contact_counts to dashboard_app;

-- Recognition: shortlisted, decided, celebrated.
create table recognitions (
    id bigint generated always as identity primary key,
    month date not null,
    staff_id bigint references staff,
    team_id bigint references teams,
    state text not null default 'shortlisted',
    shortlisted_because text not null,
    shortlisted_by bigint not null references staff,
    shortlisted_at timestamptz not null default right_now(),
    decided_because text,
    decided_by bigint references staff,
    decided_at timestamptz,
    celebrated_how text,
    celebrated_on date,
    celebrated_by bigint references staff,
    public_consent text,
    public_at timestamptz,
    public_by bigint references staff,
    constraint recognizes_a_person_or_a_team check (num_nonnulls(staff_id, team_id) = 1),
    constraint month_begins_on_its_first_day check (extract(day from month) = 1),
    constraint recognition_state_is_known check (state in ('shortlisted', 'chosen', 'not this time', 'celebrated')),
    constraint shortlisted_once_a_month unique (month, staff_id),
    constraint team_shortlisted_once_a_month unique (month, team_id),
    constraint shortlisted_for_a_reason check (shortlisted_because ~ '\S'),
    constraint decided_for_a_reason check (
        (state = 'shortlisted') = (decided_at is null) and (decided_at is null) = (decided_by is null)
        and (decided_at is null or coalesce(decided_because, '') ~ '\S')),
    constraint celebrated_somehow check (
        (state = 'celebrated') = (celebrated_on is not null) and (celebrated_on is null or coalesce(celebrated_how, '') ~ '\S')),
    -- "consent before public display"
    constraint public_with_consent check (
        (public_at is null) = (public_consent is null) and (public_at is null) = (public_by is null)
        and (public_at is null or (state in ('chosen', 'celebrated') and public_consent ~ '\S'))),
    constraint nobody_recognizes_themselves check (staff_id <> shortlisted_by and staff_id <> decided_by)
);
comment on table recognitions is 'Who was shortlisted for recognition in a month, what was decided, how it was celebrated, and whether it may be public.';
create table recognition_notes (
    id bigint generated always as identity primary key,
    recognition_id bigint not null references recognitions,
    by_id bigint not null references staff,
    at timestamptz not null default right_now(),
    note text not null,
    constraint note_says_something check (note ~ '\S')
);
create index recognition_notes_by_recognition on recognition_notes (recognition_id, id);
comment on table recognition_notes is 'What the panel said and did about a shortlisted person or team: its history, only added to.';
create trigger panel_notes_are_kept before update or delete on recognition_notes
    for each row execute function refuse_change_of_history();
grant select, insert, update (
    state, decided_because, decided_by, decided_at, celebrated_how, celebrated_on, celebrated_by, public_consent, public_at, public_by
) on recognitions to dashboard_app;
grant select, insert on recognition_notes to dashboard_app;
grant usage on all sequences in schema public to dashboard_app;
