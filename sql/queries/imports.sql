-- name: wait_for_others
-- One import at a time: the second of two of the same file finds the rows of the first.
select pg_advisory_xact_lock(hashtext('import of a file'))

-- name: begin
-- An import begins; its work and its indexes may take memory, and words are sorted into their index at its end. Its long list
-- of checks is many small expressions, which take longer to compile than to carry out. A merge join would sort all rows by
-- their words.
select set_config('work_mem', '256MB', true), set_config('maintenance_work_mem', '256MB', true),
       set_config('gin_pending_list_limit', '65536', true), set_config('jit', 'off', true),
       set_config('enable_mergejoin', 'off', true)

-- name: spare_look_ups
-- Rows that name no person, team, division or other case have nothing to look up in other tables, yet each foreign key
-- would queue a check for each of them. Where the user of the connection may, these checks are left out until
-- look_up_again; check constraints, unique indexes and not null are not touched by this.
select set_config('session_replication_role', 'replica', true)
where has_parameter_privilege('session_replication_role', 'set')

-- name: look_up_again
-- Foreign keys are checked again.
select set_config('session_replication_role', 'origin', true)
where has_parameter_privilege('session_replication_role', 'set')

-- name: record
-- The file is on record with its account of every row.
insert into imports (file_name, source, columns, by_id) values (:file_name, :source, :columns, :by) returning id

-- name: make_room
-- Where the rows of the file are laid out to be checked. What each needs later is computed while it is read.
create temp table staged (
    line_no bigint not null,
    problem text,
    case_id bigint not null default nextval('cases_id_seq'),
    request_no text,
    request_key text generated always as (as_request_no(request_no)) stored,
    kind text,
    state text,
    title text,
    description text,
    category text,
    tags text,
    topic text,
    channel text,
    received_at timestamptz,
    received_on date generated always as (local_date(received_at)) stored,
    backdated_because text,
    promised_days int,
    due_on date,
    first_due_on date,
    reply_requested boolean,
    customer_name text,
    phone text,
    email text,
    postal_address text,
    contact_held_by text,
    language text,
    interpreter boolean,
    accessible_format text,
    division text,
    subjects text,
    owner text,
    team text,
    assigned_at timestamptz,
    acknowledged_at timestamptz,
    finding text,
    finding_summary text,
    sources_checked text,
    root_cause text,
    steps_taken text,
    no_steps_because text,
    answered_at timestamptz,
    response_channel text,
    response text,
    responded_by text,
    accountable text,
    closed_at timestamptz,
    redirected_to text,
    duplicate_of text,
    escalates text,
    ground text,
    never_arrived boolean,
    admitted_because text,
    represented_by text,
    consent text,
    updates_by text,
    updates_to text,
    decide_days int,
    decide_by date,
    decision text,
    decision_reasons text,
    remedy text,
    remedy_by date,
    letter_due boolean,
    letter_because text,
    decided_at timestamptz,
    decided_by text,
    told_at timestamptz,
    told_by text,
    ombudsman_at timestamptz,
    -- where it stands as a case, and whether its work has ended: what every check and the case itself go by
    final_state text generated always as (coalesce(
        state, case when answered_at is null then 'received' when kind = 'complaint' then 'responded' else 'closed' end)) stored,
    has_ended boolean generated always as (coalesce(
        state in ('responded', 'redirected', 'withdrawn', 'duplicate', 'not_a_complaint', 'closed', 'no_action'),
        answered_at is not null)) stored,
    original_id bigint,
    complaint_id bigint
) on commit drop

-- name: make_room_for_verdicts
-- What became of each row that was not added.
create temp table verdicts (line_no bigint primary key, verdict text not null, reason text not null) on commit drop

-- name: set_default
-- What is the same in every row.
alter table staged alter column /* field */ set default /* value */

-- name: copy
-- The rows of the file arrive.
copy staged (/* columns */) from stdin with (format text, null '')

-- name: look_over
-- The planner learns how many rows there are, how many distinct numbers, and how few duplicates.
analyze staged (request_key, kind, received_on, duplicate_of)

-- name: refuse_unsound
-- Rows that cannot be a case, each with every reason in plain words.
with clock as (
    select right_now() as now, (select min(day) from calendar) as first_day, (select max(day) from calendar) as last_day
), allowed as (
    select kind, business_days, effective_on, lead(effective_on) over (partition by kind order by effective_on) as until
    from standards
    where step = 'answered'
), promises as (
    select allowed.kind, promise.received_on
    from allowed
    cross join lateral due_dates(allowed.business_days) as promise
    where promise.received_on >= allowed.effective_on and (allowed.until is null or promise.received_on < allowed.until)
), judged as (
    select staged.line_no, concat_ws('; ',
        staged.problem,
        case when coalesce(staged.request_key, '') = '' and staged.problem is null then 'it has no request number' end,
        case when staged.kind is null and staged.problem is null then 'it does not say what kind it is' end,
        case when length(staged.request_no) > 64 then 'its request number is longer than 64 characters' end,
        case when length(staged.title) > 1000 then 'its title is longer than 1,000 characters' end,
        case when length(staged.topic) > 1000 then 'its topic is longer than 1,000 characters' end,
        case when length(staged.customer_name) > 1000 then 'its customer name is longer than 1,000 characters' end,
        case when length(staged.description) > 100000 then 'its description is longer than 100,000 characters' end,
        case when length(staged.response) > 100000 then 'its response is longer than 100,000 characters' end,
        -- the words of a case must fit into the megabyte that the database gives them
        case when coalesce(octet_length(staged.description), 0) + coalesce(octet_length(staged.response), 0) > 250000 then
            'its description and response are longer than 250,000 bytes together' end,
        case when staged.title is null and staged.problem is null then 'it has no title' end,
        case when staged.received_at is null and staged.problem is null then 'it has no date of receipt' end,
        case when staged.received_at > clock.now then 'it was received in the future' end,
        case when staged.answered_at > clock.now then 'it was answered in the future' end,
        case when staged.closed_at > clock.now then 'it was closed in the future' end,
        case when staged.answered_at < staged.received_at and staged.answered_at <> day_of_receipt then
            format('it was closed before it was created: received %s, answered %s',
                   to_char(staged.received_at, 'YYYY-MM-DD HH24:MI'), to_char(staged.answered_at, 'YYYY-MM-DD HH24:MI')) end,
        case when staged.closed_at < staged.received_at and staged.closed_at <> day_of_receipt then
            format('it was closed before it was created: received %s, closed %s',
                   to_char(staged.received_at, 'YYYY-MM-DD HH24:MI'), to_char(staged.closed_at, 'YYYY-MM-DD HH24:MI')) end,
        case when promises.received_on is null and staged.received_at <= clock.now and staged.kind is not null then
            format('it was received on %s and the calendar is loaded from %s to %s',
                   staged.received_on, clock.first_day, clock.last_day) end,
        case when staged.problem is null and (staged.kind = 'complaint' or staged.reply_requested)
                  and coalesce(staged.phone, staged.email, staged.postal_address, staged.contact_held_by) is null then
            'it has no phone, email or postal address, and the source file does not say which system holds them' end,
        case when staged.problem is null and staged.kind = 'complaint' and staged.category is null then
            'it has no category' end,
        case when staged.problem is null and staged.channel is null then 'it does not say how it came (channel)' end,
        case when staged.problem is null and staged.kind = 'complaint'
                  and (staged.final_state = 'responded') <> (staged.answered_at is not null) then
            format('its state is %s and its date of the answer %s',
                   staged.final_state, coalesce(to_char(staged.answered_at, 'YYYY-MM-DD'), 'is missing')) end,
        case when staged.problem is null and case when staged.has_ended then coalesce(staged.closed_at, staged.answered_at) is null
                                                  else staged.closed_at is not null end then
            format('its state is %s and its date of closing %s',
                   staged.final_state, coalesce(to_char(staged.closed_at, 'YYYY-MM-DD'), 'is missing')) end,
        case when staged.state <> all (case staged.kind
                 when 'complaint' then array[
                     'received', 'under_review', 'investigating', 'responded', 'redirected', 'withdrawn', 'duplicate', 'not_a_complaint']
                 when 'escalation' then array['received', 'in_review', 'decided', 'closed', 'redirected', 'withdrawn']
                 when 'comment' then array['received', 'under_review', 'forwarded', 'closed', 'redirected', 'no_action']
                 else array['received', 'forwarded', 'closed', 'redirected'] end) then
            format('a %s cannot be %s', staged.kind, staged.state) end,
        case when staged.problem is null and num_nonnulls(staged.promised_days, staged.due_on, staged.first_due_on) in (1, 2) then
            'promised_days, due_on and first_due_on belong together' end,
        case when staged.promised_days not in (select business_days from standards where step = 'answered') then
            format('no standard promises an answer in %s business days', staged.promised_days) end,
        case when least(staged.due_on, staged.first_due_on) < staged.received_on then
            format('it was due before it was received: received %s, due %s',
                   staged.received_on, least(staged.due_on, staged.first_due_on)) end,
        case when greatest(staged.due_on, staged.first_due_on) > clock.last_day then
            format('it is due on %s and the calendar is loaded to %s',
                   greatest(staged.due_on, staged.first_due_on), clock.last_day) end,
        case when staged.problem is null and staged.finding is not null
                  and num_nonnulls(staged.finding_summary, staged.sources_checked) < 2 then
            'a finding needs its summary and the sources checked' end,
        case when staged.problem is null and (staged.final_state = 'redirected') <> (staged.redirected_to is not null) then
            'redirected goes together with the division it was redirected to' end,
        case when staged.problem is null and (staged.final_state = 'duplicate') <> (staged.duplicate_of is not null) then
            'duplicate goes together with the number it is a duplicate of' end,
        case when coalesce(staged.division, staged.redirected_to) is not null then (
            select string_agg(format('the division "%s" is not in the directory', named.division), '; ')
            from (values (staged.division), (staged.redirected_to)) as named (division)
            where named.division not in (select name from divisions)) end,
        case when staged.team is not null and staged.team not in (select name from teams) then
            format('the team "%s" is not in the directory', staged.team) end,
        case when coalesce(staged.owner, staged.responded_by, staged.accountable) is not null then (
            select string_agg(format('%s "%s" is not in the staff directory', named.part, named.email), '; ')
            from (values ('its owner', staged.owner), ('its responder', staged.responded_by),
                         ('its accountable supervisor', staged.accountable)) as named (part, email)
            where lower(named.email) not in (select lower(email) from staff)) end,
        case when staged.subjects is not null and exists (
                select from unnest(string_to_array(staged.subjects, ' ')) as subject (email)
                where lower(subject.email) not in (select lower(email) from staff)) then
            'somebody it is about is not in the staff directory' end,
        -- the same that the database refuses whoever asks, but only the row (R11, L17)
        case when staged.owner is not null and not staged.has_ended and lower(staged.owner) in (
                select lower(email) from staff where not (active and role in ('supervisor', 'manager', 'director'))) then
            'its owner is no active supervisor, manager or director, and it is open' end,
        case when staged.owner is not null and lower(staged.owner) = any (string_to_array(lower(staged.subjects), ' ')) then
            'its owner is somebody it is about' end,
        case when staged.owner is not null and staged.subjects is not null and not staged.has_ended and exists (
                select from staff_above
                join staff on staff.id = staff_above.staff_id
                join staff as above on above.id = staff_above.above_id
                where lower(staff.email) = lower(staged.owner)
                  and lower(above.email) = any (string_to_array(lower(staged.subjects), ' '))) then
            'its owner reports to somebody it is about' end
        ) as reason
    from staged
    cross join clock
    left join promises on promises.kind = staged.kind and promises.received_on = staged.received_on
    -- a midnight of the day of receipt is a date without its time
    cross join lateral (select cast(staged.received_on as timestamp) at time zone 'America/Toronto' as day_of_receipt) as looked
)
insert into verdicts (line_no, verdict, reason)
select line_no, 'refused', reason from judged where reason <> ''

-- name: refuse_repeated
-- A number that is in the file twice: the first sound row has it.
with sound as (
    select request_key, line_no from staged where line_no not in (select line_no from verdicts)
), repeated as (
    select request_key, min(line_no) as first_line from sound group by request_key having count(*) > 1
)
insert into verdicts (line_no, verdict, reason)
select staged.line_no, 'refused', format('the number %s is on line %s already', staged.request_no, repeated.first_line)
from repeated
join staged on staged.request_key = repeated.request_key and staged.line_no > repeated.first_line
where staged.line_no not in (select line_no from verdicts)

-- name: find_known
-- Numbers that are here: from the same source they are the same row, else they are somebody else's.
insert into verdicts (line_no, verdict, reason)
select staged.line_no,
       case when cases.source = :source then 'already here' else 'refused' end,
       case when cases.source = :source then ''
            when cases.source = 'dashboard' then format('the number %s belongs to a case that was entered here', staged.request_no)
            else format('the number %s belongs to a case from %s', staged.request_no, cases.source) end
from staged
join cases on cases.request_key = staged.request_key
where staged.line_no not in (select line_no from verdicts)

-- name: refuse_orphans
-- Duplicates find the complaint that they lead to, whichever duplicates lie between; those that lead to none are refused.
with recursive duplicates as (
    select line_no, case_id, request_key, duplicate_of, as_request_no(duplicate_of) as original_key
    from staged
    where duplicate_of is not null and line_no not in (select line_no from verdicts)
), found as (
    select duplicates.*, cases.id as original_id
    from duplicates
    join cases on cases.request_key = duplicates.original_key and cases.kind = 'complaint'
    union
    select duplicates.*, original.case_id
    from duplicates
    join staged as original on original.request_key = duplicates.original_key
    where original.kind = 'complaint' and original.duplicate_of is null and original.line_no not in (select line_no from verdicts)
    union
    select duplicates.*, found.case_id
    from found
    join duplicates on duplicates.original_key = found.request_key
), known as (
    update staged set original_id = found.original_id from found where staged.line_no = found.line_no
)
insert into verdicts (line_no, verdict, reason)
select line_no, 'refused', format('there is no case %s for it to be a duplicate of', duplicate_of)
from duplicates
where line_no not in (select line_no from found)

-- name: refuse_unsound_escalations
-- What only an escalation has, and what of it belongs together.
with clock as (
    select right_now() as now, (select max(day) from calendar) as last_day
), judged as (
    select line_no, concat_ws('; ',
        case when kind <> 'escalation' and num_nonnulls(
                escalates, ground, admitted_because, represented_by, consent, updates_by, updates_to, decide_days, decide_by, decision,
                decision_reasons, remedy, remedy_by, letter_due, letter_because, decided_at, decided_by, told_at, told_by, ombudsman_at) > 0 then
            'only an escalation has a complaint that it escalates, a ground, updates or a decision' end,
        case when represented_by is not null and consent is null then 'its representative has no recorded consent' end,
        case when num_nonnulls(updates_by, updates_to) = 1 then 'updates_by and updates_to belong together' end,
        case when num_nonnulls(decide_days, decide_by) = 1 then 'decide_days and decide_by belong together' end,
        case when decide_days not in (select business_days from standards where step in ('answered', 'decided')) then
            format('no standard asks for a decision in %s business days', decide_days) end,
        case when decide_by > clock.last_day then
            format('it is to be decided by %s and the calendar is loaded to %s', decide_by, clock.last_day) end,
        case when num_nonnulls(decision, decided_at, decided_by) in (1, 2) then 'decision, decided_at and decided_by belong together' end,
        case when decision is not null and num_nonnulls(decision_reasons, sources_checked, letter_due, letter_because) < 4 then
            'a decision needs its reasons, what was reviewed, and whether a letter is due and why' end,
        case when decided_at < received_at then 'it was decided before it was received' end,
        case when decided_at > clock.now then 'it was decided in the future' end,
        case when num_nonnulls(told_at, told_by) = 1 then 'told_at and told_by belong together' end,
        case when told_at < decided_at then 'the customer was told before it was decided' end,
        case when told_at > clock.now then 'the customer was told in the future' end,
        case when decided_by is not null and lower(decided_by) not in (select lower(email) from staff) then
            format('who decided it, "%s", is not in the staff directory', decided_by) end
        ) as reason
    from staged
    cross join clock
    where line_no not in (select line_no from verdicts)
)
insert into verdicts (line_no, verdict, reason)
select line_no, 'refused', reason from judged where reason <> ''

-- name: find_complaints
-- The complaint of each escalation: in the file, or here already.
with complaints as (
    select staged.request_key, staged.case_id from staged
    where staged.kind = 'complaint' and staged.line_no not in (select line_no from verdicts)
    union all
    select cases.request_key, cases.id from cases
    join (select distinct as_request_no(escalates) as request_key from staged where escalates is not null) as asked using (request_key)
    where cases.kind = 'complaint'
)
update staged set complaint_id = complaints.case_id
from complaints
where complaints.request_key = as_request_no(staged.escalates) and staged.line_no not in (select line_no from verdicts)

-- name: refuse_escalations_of_nothing
-- An escalation has a complaint, one is open at a time (R41), and whoever reviews it never had the complaint (R35).
with escalations as (
    select staged.*, lower(owner) as reviewer,
           row_number() over (partition by complaint_id, has_ended order by received_at, line_no) as place
    from staged
    where kind = 'escalation' and line_no not in (select line_no from verdicts)
), handlers as (
    select escalations.line_no, lower(had) as email
    from escalations
    join staged as complaint on complaint.case_id = escalations.complaint_id,
         unnest(array[complaint.owner, complaint.responded_by, complaint.accountable]) as had
    where had is not null
    union
    select escalations.line_no, lower(staff.email)
    from escalations
    cross join lateral handlers_of(escalations.complaint_id) as handler (id)
    join staff on staff.id = handler.id
), judged as (
    select line_no, concat_ws('; ',
        case when escalates is not null and complaint_id is null then format('there is no complaint %s for it to escalate', escalates) end,
        case when complaint_id is not null and not has_ended and (
                place > 1 or exists (
                    select from cases where cases.complaint_id = escalations.complaint_id and closed_at is null)) then
            format('the complaint %s has an open escalation already', escalates) end,
        case when owner is not null and not has_ended and reviewer not in (
                select lower(email) from staff where active and role in ('manager', 'director')) then
            'its reviewer is no active manager or director, and it is open' end,
        case when owner is not null and not has_ended and (line_no, reviewer) in (select line_no, email from handlers) then
            'its reviewer handled the complaint' end
        ) as reason
    from escalations
)
insert into verdicts (line_no, verdict, reason)
select line_no, 'refused', reason from judged where reason <> ''

-- name: take_empty_cases
-- Whether there are no cases yet, and nobody else comes near them until the end.
select take_empty_cases()

-- name: indexes_over_all
-- How to drop the indexes that hold every case or event, and how to make them again, in the words of the catalog. Not the key
-- that other tables refer to, and not those of a few rows, which cost next to nothing.
select case when conname is null then format('drop index %s', indexrelid::regclass)
            else format('alter table %s drop constraint %I', indrelid::regclass, conname) end as dropping,
       case when conname is null then pg_get_indexdef(indexrelid)
            else format('alter table %s add constraint %I %s', indrelid::regclass, conname, pg_get_constraintdef(made_by.oid))
            end as making
from pg_index
left join pg_constraint as made_by on made_by.conindid = indexrelid and made_by.contype in ('p', 'u')
where indrelid in ('cases'::regclass, 'case_events'::regclass) and indpred is null
  and not exists (select from pg_constraint where conindid = indexrelid and contype = 'f')

-- name: add
-- Every other row becomes a case, with the promise of the standard it was received under.
with allowed as (
    select kind, business_days, applies, effective_on,
           lead(effective_on) over (partition by kind order by effective_on) as until
    from standards
    where step = 'answered'
), promises as (
    select allowed.kind, allowed.applies, allowed.business_days, promise.received_on, promise.due_on
    from allowed
    cross join lateral due_dates(allowed.business_days) as promise
    where promise.received_on >= allowed.effective_on and (allowed.until is null or promise.received_on < allowed.until)
), subjects as (
    -- files say the same few things over and over: each distinct text is read once
    select title || ' ' || coalesce(topic, '') as said, words_of(title || ' ' || coalesce(topic, '')) as words
    from staged
    where title is not null
    group by 1
), descriptions as (
    select description as said, words_of(description) as words from staged where description is not null group by 1
), responses as (
    select response as said, words_of(response) as words from staged where response is not null group by 1
), ready as (
    select staged.*, subjects.words || coalesce(descriptions.words, '') || coalesce(responses.words, '') as words,
           staged.promised_days is null and (promises.applies = 'always' or staged.reply_requested is true) as is_promised,
           promises.business_days, promises.due_on as promised_on,
           greatest(staged.answered_at, staged.received_at) as left_at
    from staged
    join promises on promises.kind = staged.kind and promises.received_on = staged.received_on
    join subjects on subjects.said = staged.title || ' ' || coalesce(staged.topic, '')
    left join descriptions on descriptions.said = staged.description
    left join responses on responses.said = staged.response
    where staged.line_no not in (select line_no from verdicts)
)
insert into cases (
    id, request_no, kind, state, source, title, description, category, tags, topic, subject_ids, division_id,
    channel, received_at, entered_at, backdated_because, promised_days, due_on, first_due_on, reply_requested,
    customer_name, phone, email, postal_address, contact_held_by, language, interpreter, accessible_format,
    team_id, owner_id, assigned_at, acknowledged_at,
    finding, finding_summary, sources_checked, root_cause, steps_taken, no_steps_because,
    responded_at, response_channel, response, responded_by, accountable_id, closed_at, redirected_to, duplicate_of,
    complaint_id, ground, never_arrived, admitted_because, represented_by, consent, updates_by, updates_to, decide_days, decide_by,
    decision, decision_reasons, remedy, remedy_by, letter_due, letter_because, decided_at, decided_by, told_at, told_by, ombudsman_at,
    search)
overriding system value
select case_id, request_no, kind, final_state, :source, title, coalesce(description, ''), category,
       case when tags is null then '{}' else string_to_array(tags, ' ') end, topic,
       case when subjects is null or kind = 'compliment' then '{}' else array( -- praise is no accusation: see praise below
           select id from staff where lower(email) = any (string_to_array(lower(subjects), ' ')) order by id) end,
       case when division is not null then (select id from divisions where name = division) end,
       channel, received_at, (select right_now()), backdated_because,
       case when is_promised then business_days else promised_days end,
       case when is_promised then promised_on else due_on end,
       case when is_promised then promised_on else first_due_on end,
       coalesce(reply_requested, false),
       customer_name, phone, email, postal_address, contact_held_by, language, coalesce(interpreter, false), accessible_format,
       case when team is not null then (select id from teams where name = team) end,
       case when owner is not null then (select id from staff where lower(email) = lower(owner)) end,
       assigned_at, acknowledged_at,
       finding, finding_summary, sources_checked, root_cause, steps_taken, no_steps_because,
       case when answered_at is not null then left_at end, response_channel, response,
       case when responded_by is not null then (select id from staff where lower(email) = lower(responded_by)) end,
       case when accountable is not null then (select id from staff where lower(email) = lower(accountable)) end,
       case when closed_at is not null then greatest(closed_at, received_at) when has_ended then left_at end,
       case when redirected_to is not null then (select id from divisions where name = redirected_to) end,
       original_id,
       complaint_id, ground, coalesce(never_arrived, false), admitted_because, represented_by, consent, updates_by, updates_to,
       decide_days, decide_by, decision, decision_reasons, remedy, remedy_by, letter_due, letter_because, decided_at,
       case when decided_by is not null then (select id from staff where lower(email) = lower(decided_by)) end,
       told_at, told_by, ombudsman_at,
       case when coalesce(customer_name, email, phone) is null or kind = 'compliment' then words
            else words_of_case(title, topic, coalesce(description, ''), response, customer_name, email, phone) end
from ready

-- name: praise
-- Whom the compliments of the file praise.
insert into praise (case_id, staff_id, known_by)
select staged.case_id, staff.id, 'named'
from staged
join staff on lower(staff.email) = any (string_to_array(lower(staged.subjects), ' '))
where staged.kind = 'compliment' and staged.subjects is not null and staged.line_no not in (select line_no from verdicts)

-- name: tell
-- Each has its history: the file it came from and the line it was on. Its dates are the case's own.
insert into case_events (case_id, version, at, action, to_state, details)
select case_id, 1, (select right_now()), 'import', final_state,
       case when num_nonnulls(owner, team, responded_by, accountable) = 0
            then jsonb_build_object('import', cast(:id as bigint), 'line', line_no)
            else jsonb_strip_nulls(jsonb_build_object(
                'import', cast(:id as bigint), 'line', line_no, 'owner', owner, 'team', team,
                'responded_by', responded_by, 'accountable', accountable)) end
from staged
where line_no not in (select line_no from verdicts)

-- name: tell_chained
-- The same with its hash, for the owner of the tables: in one statement it costs an eighth of what the trigger of each row does.
with told as (
    select case_id, final_state,
           case when num_nonnulls(owner, team, responded_by, accountable) = 0
                then jsonb_build_object('import', cast(:id as bigint), 'line', line_no)
                else jsonb_strip_nulls(jsonb_build_object(
                    'import', cast(:id as bigint), 'line', line_no, 'owner', owner, 'team', team,
                    'responded_by', responded_by, 'accountable', accountable)) end as details
    from staged
    where line_no not in (select line_no from verdicts)
    offset 0 -- details are made once, and not again for the hash
)
insert into case_events (case_id, version, at, action, to_state, details, hash)
select case_id, 1, this.moment, 'import', final_state, details, hash_of_event(
           null, said_bytes(null, details, '{}'), case_id, 1, this.moment, null, null, 'import', null, final_state)
from told, (select right_now() as moment) as this

-- name: may_chain
-- Whether whoever imports may bring the hashes along.
select has_column_privilege('case_events', 'hash', 'insert')

-- name: sort_in
-- New words get their place in the index now, and not at somebody's next click.
select sort_in_new_words()

-- name: refused_lines
-- The lines that were refused.
select line_no from verdicts where verdict = 'refused'

-- name: make_room_for_originals
-- What the refused rows said, as it stood in the file.
create temp table originals (line_no bigint not null, cells text[] not null) on commit drop

-- name: copy_originals
-- They arrive.
copy originals (line_no, cells) from stdin

-- name: keep_refused
-- Each refused row is kept with its line, its reasons and what it said.
insert into import_refusals (import_id, line_no, reason, cells)
select cast(:id as bigint), line_no, upper(left(reason, 1)) || substr(reason, 2) || '.', cells
from verdicts
join originals using (line_no)
where verdict = 'refused'

-- name: clear_rows
-- Another import in the same transaction starts afresh.
drop table if exists pg_temp.staged

-- name: clear_verdicts
-- As above.
drop table if exists pg_temp.verdicts

-- name: clear_originals
-- As above.
drop table if exists pg_temp.originals

-- name: finish
-- The account: every row that was read is in it once.
with counted as (
    select count(*) filter (where verdict = 'already here') as already_here, count(*) filter (where verdict = 'refused') as refused
    from verdicts
)
update imports
set finished_at = clock_timestamp(), checksum = :checksum, rows_read = :rows_read, passed_over = :passed_over,
    added = :added, already_here = counted.already_here, refused = counted.refused
from counted
where id = :id
returning imports.id, file_name, source, rows_read, added, imports.already_here, passed_over, imports.refused

-- name: reasons
-- Why rows were refused, the commonest first. What differs from row to row is left out.
select regexp_replace(regexp_replace(regexp_replace(rtrim(reason, '.'),
           '"[^"]*"', '…', 'g'), ': received [^;]*', '', 'g'), '[0-9]{4}-[0-9]{2}-[0-9]{2}|(?<=number )[^ ;]+|(?<=line )[0-9]+', '…', 'g')
           || '.' as why,
       count(*) as rows, min(line_no) as first_line
from import_refusals
where import_id = :id
group by why
order by rows desc, first_line

-- name: refusals
-- Refused rows in the order of the file, from a line on.
select line_no, reason, cells
from import_refusals
where import_id = :id and line_no > :after
order by line_no
limit :most

-- name: log
-- A look at the refused rows of an import, once in ten minutes, or a download of them: they say what customers said (R64).
insert into access_log (by_id, what)
select :by, said.what
from (select cast(:what as text) as what) as said
where :always or not exists (
    select from access_log where by_id = :by and access_log.what = said.what and at > now() - interval '10 minutes')

-- name: get
-- One import, with the names of its columns.
select imports.id, by_id, file_name, source, columns, checksum, started_at, finished_at, rows_read, added, already_here, passed_over,
       refused, staff.name as by_name
from imports
left join staff on staff.id = imports.by_id
where imports.id = :id

-- name: recent
-- The imports so far, newest first.
select imports.id, file_name, source, started_at, finished_at, rows_read, added, already_here, passed_over, refused,
       staff.name as by_name
from imports
left join staff on staff.id = imports.by_id
where finished_at is not null
order by imports.id desc
limit :most
