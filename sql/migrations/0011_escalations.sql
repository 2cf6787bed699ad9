-- Escalations: "request that your complaint be escalated and reviewed by senior management" (L37). Each is a case of its
-- own, with its own clock, beside the complaint it is about.

alter table cases
    -- what it asks to be reviewed, and why it may
    add column complaint_id bigint references cases,
    add column ground text,
    add column never_arrived boolean not null default false,
    add column admitted_because text,
    add column represented_by text,
    add column consent text,
    -- status updates, for those who signed up (L41)
    add column updates_by text,
    add column updates_to text,
    -- the internal target of a decision; a holding reply keeps the promise and cannot pass for one
    add column decide_days int,
    add column decide_by date,
    -- the decision, and how it reached the customer
    add column decision text,
    add column decision_reasons text,
    add column remedy text,
    add column remedy_by date,
    add column letter_due boolean,
    add column letter_because text,
    add column decided_at timestamptz,
    add column decided_by bigint references staff,
    add column told_at timestamptz,
    add column told_by text,
    add column ombudsman_at timestamptz;
comment on column cases.complaint_id is 'The complaint that an escalation asks to be reviewed.';
comment on column cases.ground is 'Why it may be escalated (L27, L28), as the clock proved it at that moment.';
comment on column cases.never_arrived is 'There is a response on record that the customer says never arrived.';
comment on column cases.admitted_because is 'A manager''s reason to admit it although the match or the clock did not.';
comment on column cases.consent is 'How the customer''s consent to be represented is recorded (R34).';
comment on column cases.decide_by is 'Internal target of the decision of an escalation; never in a published figure.';
comment on column cases.told_at is 'When the decision reached the customer: spoken, or by a letter that left.';
comment on column cases.ombudsman_at is 'When it is known to have gone to Ombudsman Toronto (R48).';

-- The clock that runs now: the promise until it is answered, then the target that follows it. Open work is ordered by it.
alter table cases
    add column running_days int generated always as (case when responded_at is null then promised_days else decide_days end) stored,
    add column runs_out_on date generated always as (case when responded_at is null then due_on else decide_by end) stored;
comment on column cases.runs_out_on is 'When the clock that runs now runs out: the promise until it is answered, then the target that follows it.';

drop index open_by_promise, open_by_owner, open_by_team, open_without_promise, open_by_nobody, open_by_nobody_and_promise;
create index open_by_clock on cases (running_days, runs_out_on, id) where closed_at is null;
create index open_by_owner on cases (owner_id, running_days, runs_out_on, id) where closed_at is null;
create index open_by_team on cases (team_id, running_days, runs_out_on, id) where closed_at is null;
create index open_without_clock on cases (received_on, id) where closed_at is null and running_days is null;
create index open_by_nobody on cases (runs_out_on, id) where closed_at is null and owner_id is null;
create index open_by_nobody_and_clock on cases (running_days, runs_out_on, id) where closed_at is null and owner_id is null;
create index escalations_by_complaint on cases (complaint_id, id) where complaint_id is not null;
-- "another only after a further response" (R41)
create unique index one_open_escalation_per_complaint on cases (complaint_id) where complaint_id is not null and closed_at is null;

alter table cases
    drop constraint state_belongs_to_kind,
    add constraint state_belongs_to_kind check (state in (
        'received', 'redirected') or case kind
        when 'complaint' then state in (
            'under_review', 'investigating', 'responded', 'withdrawn', 'duplicate', 'not_a_complaint')
        when 'escalation' then state in ('in_review', 'decided', 'closed', 'withdrawn')
        when 'comment' then state in ('under_review', 'forwarded', 'closed', 'no_action')
        when 'compliment' then state in ('forwarded', 'closed')
        else false end),
    add constraint only_escalations_escalate check (complaint_id is null or kind = 'escalation'),
    add constraint escalation_has_its_complaint check (kind <> 'escalation' or complaint_id is not null or source <> 'dashboard'),
    add constraint ground_is_known check (ground in ('unsatisfied', 'no response')),
    add constraint escalation_has_a_ground check (
        kind <> 'escalation' or source <> 'dashboard' or coalesce(ground, '') || coalesce(admitted_because, '') ~ '\S'),
    add constraint representative_has_consent check (represented_by is null or erased_at is not null or coalesce(consent, '') ~ '\S'),
    add constraint updates_go_by_sms_or_email check (updates_by in ('email', 'sms')),
    add constraint updates_go_somewhere check ((updates_by is null) = (updates_to is null)),
    add constraint target_has_days_and_date check ((decide_days is null) = (decide_by is null)),
    add constraint decision_is_known check (decision in ('upheld', 'partly upheld', 'not upheld')),
    add constraint decision_has_a_time_and_a_person check (
        (decision is null) = (decided_at is null) and (decision is null) = (decided_by is null)),
    add constraint decided_by_a_decision check (
        kind <> 'escalation' or source <> 'dashboard' or (state in ('decided', 'closed')) = (decision is not null)),
    add constraint decision_has_its_reasons check (
        decision is null or erased_at is not null or (coalesce(decision_reasons, '') ~ '\S' and coalesce(sources_checked, '') ~ '\S')),
    add constraint letter_is_decided_with_a_reason check (
        decision is null or erased_at is not null or (letter_due is not null and coalesce(letter_because, '') ~ '\S')),
    add constraint decided_after_it_was_received check (decided_at >= received_at),
    add constraint told_at_some_time_by_some_way check ((told_at is null) = (told_by is null)),
    add constraint told_after_it_was_decided check (told_at is null or told_at >= decided_at),
    -- "All escalations will be responded to by the division responsible within two business days." (L42)
    add constraint escalation_is_closed_when_told check (
        kind <> 'escalation' or source <> 'dashboard' or state <> 'closed' or (told_at is not null and responded_at is not null));

grant update (
    updates_by, updates_to, decision, decision_reasons, remedy, remedy_by, letter_due, letter_because, decided_at, decided_by,
    told_at, told_by, decide_by, ombudsman_at
) on cases to dashboard_app;

-- R35: reviewed by somebody who never had the complaint, nor worked on it, nor declared a conflict in it.
create function handlers_of(complaint bigint) returns setof bigint language sql stable as $$
    select staff_id
    from cases, unnest(array[owner_id, responded_by, accountable_id] || recused_ids) as staff_id
    where cases.id = complaint and staff_id is not null
    union
    select by_id from case_events
    where case_id = complaint and by_id is not null
      and action in ('take', 'investigate', 'record_finding', 'record_steps', 'send_response', 'record_response')
    union
    select cast(had as bigint)
    from case_events, jsonb_array_elements_text(changes -> 'owner_id') as had
    where case_id = complaint and had is not null
$$;
comment on function handlers_of is 'Whoever was ever assigned to a complaint, worked on it, answered it, or declared a conflict in it (R35, R36).';

create or replace function refuse_owner_in_conflict() returns trigger language plpgsql as $$
declare
    reviewer boolean := new.kind = 'escalation';
begin
    -- who left or took another role has it until somebody else does: its work goes on
    if tg_op = 'UPDATE' and new.owner_id = old.owner_id and new.subject_ids = old.subject_ids and old.closed_at is null then
        return new;
    end if;
    if not exists (
        select from staff where id = new.owner_id and active
          and role = any (case when reviewer then array['manager', 'director'] else array['supervisor', 'manager', 'director'] end))
    then
        raise exception '%', case when reviewer then 'Only an active manager or director can review an escalation.'
                                  else 'Only an active supervisor, manager or director can have a case.' end using errcode = 'TO311';
    end if;
    if exists (select from staff_above where staff_id = new.owner_id and above_id = any (new.subject_ids)) then
        raise exception 'Somebody who reports to the person complained about cannot have the complaint.'
            using errcode = 'TO311';
    end if;
    if reviewer and (tg_op = 'INSERT' or new.owner_id is distinct from old.owner_id or old.closed_at is not null)
       and new.owner_id in (select handlers_of(new.complaint_id)) then
        raise exception 'Somebody who handled the complaint cannot review its escalation.' using errcode = 'TO311';
    end if;
    if exists (select from cases where complaint_id = new.id and closed_at is null and owner_id = new.owner_id) then
        raise exception 'Somebody who reviews the escalation of a complaint cannot have the complaint.' using errcode = 'TO311';
    end if;
    return new;
end $$;

-- An escalation is about whomever its complaint is about.
create function name_subjects_of_escalations() returns trigger language plpgsql as $$
begin
    update cases set subject_ids = new.subject_ids, version = version + 1
    where complaint_id = new.id and subject_ids <> new.subject_ids;
    return new;
end $$;
create trigger escalations_have_its_subjects
    after update of subject_ids on cases
    for each row when (new.kind = 'complaint' and new.subject_ids is distinct from old.subject_ids)
    execute function name_subjects_of_escalations();

-- The gate: "To create an escalation you need: the request number of your complaint; phone number or email address
-- associated with the request number." (L33-35)
create table escalation_attempts (
    id bigint generated always as identity primary key,
    at timestamptz not null default clock_timestamp(),
    by_id bigint references staff,
    channel text not null,
    request_key text not null,
    outcome text not null,
    vouched_because text,
    complaint_id bigint references cases,
    escalation_id bigint references cases,
    constraint channel_is_known check (channel in ('online', 'phone')),
    constraint outcome_is_known check (outcome in ('matched', 'not matched', 'slowed')),
    constraint complaint_is_known_when_matched check ((outcome = 'matched') = (complaint_id is not null))
);
create index attempts_by_number on escalation_attempts (request_key, at) where outcome = 'not matched';
create index attempts_by_person on escalation_attempts (by_id, at) where outcome = 'not matched';
comment on table escalation_attempts is 'Each attempt to escalate: which number, when, by whom, with what outcome. The contact that was given is not kept.';
comment on column escalation_attempts.vouched_because is 'How a manager verified a customer whom the contact on record could not.';
create trigger attempts_are_kept before delete on escalation_attempts
    for each row execute function refuse_change_of_history();
grant select, insert, update (escalation_id) on escalation_attempts to dashboard_app;
grant usage on all sequences in schema public to dashboard_app;

-- A status update goes by email or SMS.
alter table notices
    add column channel text not null default 'email',
    add constraint channel_is_email_or_sms check (channel in ('email', 'sms'));
