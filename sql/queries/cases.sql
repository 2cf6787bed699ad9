-- name: get
-- One case that this person may see.
select facts.*
from case_facts as facts
join cases on cases.id = facts.id
where cases.id = :id and (cast(:viewer as bigint) is null or may_see(cases, :viewer))

-- name: find
-- One case by its request number.
select facts.*
from case_facts as facts
join cases on cases.id = facts.id
where cases.request_key = as_request_no(:request_no) and (cast(:viewer as bigint) is null or may_see(cases, :viewer))

-- name: before
-- All that is asked before a move, in one round trip: what this click came to, if it was carried out already; who clicks, as the
-- directory has them now; and the case, if they may see it.
select clicked.case_id as clicked_case_id, clicked.version as clicked_version, to_jsonb(person) as person, facts.*
from (select) as this_click
left join event_of_click(cast(:key as uuid)) as clicked on true
left join people as person on person.id = cast(:by as bigint)
left join (
    select case_facts.*
    from case_facts
    join cases on cases.id = case_facts.id
    where cases.id = :id and (cast(:viewer as bigint) is null or may_see(cases, :viewer))
) as facts on true

-- name: receive
-- A new case and the first row of its history, in one statement.
with received as (
    insert into cases (
        kind, title, description, category, tags, topic, subject_ids, division_id, channel, received_at, entered_by,
        backdated_because, promised_days, due_on, first_due_on, reply_requested,
        customer_name, phone, email, postal_address, language, interpreter, accessible_format, team_id,
        complaint_id, ground, never_arrived, admitted_because, represented_by, consent, updates_by, updates_to, decide_days, decide_by,
        anonymous, naming_consent, naming_consent_at, naming_consent_by)
    select new.kind, new.title, new.description, new.category, new.tags, new.topic, new.subject_ids, new.division_id,
           new.channel, new.received_at, cast(:by as bigint), new.backdated_because,
           promise.business_days, promise.due_on, promise.due_on, new.reply_requested,
           new.customer_name, new.phone, new.email, new.postal_address, new.language, new.interpreter,
           new.accessible_format, new.team_id,
           new.complaint_id, new.ground, coalesce(new.never_arrived, false), new.admitted_because, new.represented_by, new.consent,
           new.updates_by, new.updates_to, target.business_days, target.due_on,
           coalesce(new.anonymous, false), new.naming_consent, case when new.naming_consent is not null then right_now() end,
           case when new.naming_consent is not null then cast(:by as bigint) end
    from jsonb_populate_record(null::cases, cast(:new as jsonb)) as new
    cross join lateral (
        select days as business_days, case when days is not null then due_on(local_date(new.received_at), days) end as due_on
        from (
            select standard_on(new.kind, 'answered', local_date(new.received_at)) as days
            where new.kind in ('complaint', 'escalation') or new.reply_requested
            union all
            select null where not (new.kind in ('complaint', 'escalation') or new.reply_requested)
        ) as standard
    ) as promise
    cross join lateral (
        select days as business_days, case when days is not null then due_on(local_date(new.received_at), days) end as due_on
        from (select case when new.kind = 'escalation' then standard_on(new.kind, 'decided', local_date(new.received_at)) end as days)
            as standard
    ) as target -- of the decision of an escalation
    returning id, request_no, state, due_on
), history as (
    insert into case_events (case_id, version, at, by_id, action, to_state, note, details, key)
    select id, 1, right_now(), cast(:by as bigint), 'receive', state, :note, cast(:details as jsonb), cast(:key as uuid)
    from received
    returning case_id
)
select received.id, received.request_no, received.due_on from received join history on history.case_id = received.id

-- name: move
-- One move and its history, if the case is still as it was seen. No row back: somebody moved it first.
with seen as (
    select * from cases
    where id = :id and state = :start and (cast(:version as int) is null or version = :version)
    for no key update -- as an update does: who adds a row that refers to the case does not wait for it
), moved as (
    update cases set
        state = :end,
        version = seen.version + 1,
        (category, tags, subject_ids, division_id, customer_name, phone, email, postal_address,
         team_id, owner_id, assigned_at, recused_ids, acknowledged_at,
         finding, finding_summary, sources_checked, root_cause, steps_taken, no_steps_because,
         responded_at, response_channel, response, responded_by, accountable_id, closed_at, redirected_to, duplicate_of, due_on,
         updates_by, updates_to, decision, decision_reasons, remedy, remedy_by, letter_due, letter_because, decided_at, decided_by,
         told_at, told_by, decide_by, ombudsman_at,
         assessed_because, lead_id, forwarded_at, lead_heard_at, lead_outcome, lead_done_at, reply_requested,
         praise_words, naming_consent, naming_consent_at, naming_consent_by, shared_at, shared_with,
         no_reply_at, no_reply_because) = (
            select new.category, new.tags, new.subject_ids, new.division_id, new.customer_name, new.phone, new.email,
                   new.postal_address, new.team_id, new.owner_id, new.assigned_at, new.recused_ids, new.acknowledged_at,
                   new.finding, new.finding_summary, new.sources_checked, new.root_cause, new.steps_taken,
                   new.no_steps_because, new.responded_at, new.response_channel, new.response, new.responded_by,
                   new.accountable_id, new.closed_at, new.redirected_to, new.duplicate_of, new.due_on,
                   new.updates_by, new.updates_to, new.decision, new.decision_reasons, new.remedy, new.remedy_by,
                   new.letter_due, new.letter_because, new.decided_at, new.decided_by, new.told_at, new.told_by, new.decide_by, new.ombudsman_at,
                   new.assessed_because, new.lead_id, new.forwarded_at, new.lead_heard_at, new.lead_outcome, new.lead_done_at, new.reply_requested,
                   new.praise_words, new.naming_consent, new.naming_consent_at, new.naming_consent_by, new.shared_at, new.shared_with,
                   new.no_reply_at, new.no_reply_because
            from jsonb_populate_record(cases, cast(:changes as jsonb)) as new
        )
    from seen
    where cases.id = seen.id
    returning cases.id, cases.version, cases.state
), sent as ( -- what they had typed into its form
    delete from drafts where case_id = :id and staff_id = cast(:by as bigint) and action = :action
), changed as (
    select coalesce(jsonb_object_agg(column_name, jsonb_build_array(old -> column_name, new -> column_name))
                    filter (where old -> column_name is distinct from new -> column_name), '{}') as changes
    from seen,
         to_jsonb(seen) as old,
         to_jsonb(jsonb_populate_record(null::cases, cast(:changes as jsonb))) as new, -- written as the columns are
         jsonb_object_keys(cast(:changes as jsonb)) as column_name
)
insert into case_events (case_id, version, by_id, action, from_state, to_state, note, details, changes, key)
select moved.id, moved.version, cast(:by as bigint), :action, :start, moved.state, :note, cast(:details as jsonb),
       changed.changes, cast(:key as uuid)
from moved, changed
returning case_id, version

-- name: take_next
-- The complaint nearest to its due date, or furthest past it, that nobody has and this person may take (R10, R11).
select cases.id
from cases
where cases.closed_at is null and cases.kind = 'complaint' and cases.state = 'received' and cases.owner_id is null
  and cast(:viewer as bigint) <> all (cases.subject_ids)
  and cast(:viewer as bigint) <> all (cases.recused_ids)
  and not exists (select from staff_above where staff_id = :viewer and above_id = any (cases.subject_ids))
  and not exists (
      select from cases as escalation
      where escalation.complaint_id = cases.id and escalation.closed_at is null and escalation.owner_id = :viewer)
  and may_see(cases, :viewer) /* and the filters */
order by cases.runs_out_on, cases.id
limit 1
for no key update of cases skip locked

-- name: take_next_escalation
-- The escalation nearest to its due date, or furthest past it, that nobody has and this senior manager may review (R35).
select cases.id
from cases
where cases.closed_at is null and cases.kind = 'escalation' and cases.state = 'received' and cases.owner_id is null
  and cast(:viewer as bigint) <> all (cases.subject_ids)
  and cast(:viewer as bigint) <> all (cases.recused_ids)
  and not exists (select from staff_above where staff_id = :viewer and above_id = any (cases.subject_ids))
  and cast(:viewer as bigint) not in (select handlers_of(cases.complaint_id))
  and may_see(cases, :viewer)
order by cases.runs_out_on, cases.id
limit 1
for no key update of cases skip locked

-- name: worked_on_since
-- The day on which a case last came to somebody who works on it, taken or assigned or opened again, if this instant is
-- of an earlier day.
select local_date(max(at))
from case_events
where case_id = :id and from_state <> to_state and to_state in ('under_review', 'investigating', 'in_review') and action <> 'investigate'
having local_date(max(at)) > local_date(cast(:at as timestamptz))

-- name: hold
-- Nobody moves this case until the transaction ends.
select from cases where id = :id for no key update

-- name: event_of_key
-- What a click came to, if it was carried out.
select case_id, version from event_of_click(:key)

-- name: last_event
-- Who moved a case last, what and when.
select version, by_id, by_name, action, at, to_char(at at time zone 'America/Toronto', 'HH24:MI') as local_time
from timeline
where case_id = :id
order by version desc
limit 1

-- name: timeline
-- The history of a case, oldest first.
select version, at, action, from_state, to_state, note, details, changes, by_id, by_name
from timeline
where case_id = :id and exists (
    select from cases where id = :id and (cast(:viewer as bigint) is null or may_see(cases, :viewer)))
order by version

-- name: link
-- Two cases that belong together.
with held as (
    select id from cases where id = :case_id for no key update -- first, as for a file
)
insert into case_links (case_id, other_id, relation) select id, cast(:other_id as bigint), :relation from held
on conflict do nothing

-- name: links
-- The cases this one belongs with, in both directions.
select cases.id, cases.request_no, cases.kind, cases.state, cases.title, cases.due_on, cases.responded_on, link.relation, link.forwards
from (
    select other_id as id, relation, true as forwards, case_id as later_id from case_links where case_id = :id
    union all
    select case_id, relation, false, case_id from case_links where other_id = :id
    union all
    select complaint_id, 'escalates', true, id from cases where id = :id and complaint_id is not null
    union all
    select id, 'escalates', false, id from cases where complaint_id = :id
) as link
join cases on cases.id = link.id
where may_see(cases, :viewer)
  -- a duplicate that was reopened is none any more
  and (link.relation <> 'duplicate of' or exists (select from cases where id = link.later_id and duplicate_of is not null))
order by cases.received_at

-- name: attach
-- A file is kept with its case. The case is held first: two who add a file at once would otherwise each hold a part of
-- it and wait for the other's.
with held as (
    select id from cases where id = :case_id for no key update
)
insert into attachments (case_id, name, media_type, content, added_by)
select id, :name, :media_type, cast(:content as bytea), cast(:by as bigint) from held

-- name: attachments
-- The files of a case, without their content.
select attachments.id, attachments.name, media_type, length(content) as size, added_at, staff.name as added_by
from attachments
left join staff on staff.id = attachments.added_by
where case_id = :id and exists (
    select from cases where id = :id and (cast(:viewer as bigint) is null or may_see(cases, :viewer)))
order by attachments.id

-- name: attachment
-- The content of one file.
select content from attachments
where id = :id and case_id = :case_id and exists (
    select from cases where id = :case_id and (cast(:viewer as bigint) is null or may_see(cases, :viewer)))

-- name: log_view
-- A look at a case about a person, once in ten minutes.
insert into access_log (by_id, case_id, what)
select :by, :case_id, 'view'
where not exists (
    select from access_log
    where case_id = :case_id and by_id = :by and what = 'view' and at > now() - interval '10 minutes')

-- name: save_draft
-- What somebody has typed and not sent: the fields that are given, beside those that were kept before.
insert into drafts (case_id, staff_id, action, said)
select id, :by, :action, cast(:said as jsonb) from cases
where id = :case_id and erased_at is null and may_see(cases, :by)
on conflict (case_id, staff_id, action) do update set said = drafts.said || excluded.said, saved_at = right_now()

-- name: drafts
-- What somebody has typed into the forms of a case.
select action, jsonb_strip_nulls(said) as said
from drafts
where case_id = :case_id and staff_id = :by
  and exists (select from jsonb_each(said) as field where field.value not in ('null', '""', '[]'))

-- name: prior
-- Earlier cases of the same customer, newest first, and how close their words are to these.
with asked as (
    select to_tsquery('english', nullif(string_agg(quote_literal(lexeme), ' | '), '')) as words
    from unnest(tsvector_to_array(to_tsvector('english', :words))) as lexeme
)
select cases.id, cases.request_no, cases.kind, cases.state, cases.title, cases.received_on, cases.closed_at is null as is_open,
       coalesce(ts_rank(cases.search, asked.words, 2), 0) as closeness
from cases, asked
where cases.id in (select cases_of_customer(:phone, :email)) and may_see(cases, :viewer)
order by cases.received_at desc
limit 20

-- name: likely_duplicates
-- Same contact or close text, near in time (R25): the likeliest first.
with asked as (
    select to_tsquery('english', nullif(string_agg(quote_literal(lexeme), ' | '), '')) as words,
           greatest(count(*), 1) as asked_for
    from unnest(tsvector_to_array(to_tsvector('english', :words))) as lexeme
), near as (
    select cases.*, asked.asked_for,
           (cases.phone = :phone or lower(cases.email) = lower(:email)) is true as same_contact,
           (select count(*) from unnest(tsvector_to_array(cases.search)) as held (lexeme)
            join unnest(tsvector_to_array(to_tsvector('english', :words))) as wanted (lexeme) using (lexeme)) as shared
    from cases, asked
    where cases.received_at between cast(:received_at as timestamptz) - interval '60 days'
                                and cast(:received_at as timestamptz) + interval '60 days'
      and (cases.phone = :phone or lower(cases.email) = lower(:email) or cases.search @@ asked.words)
      and cases.kind = :kind and cases.state <> 'duplicate' and may_see(cases, :viewer)
    order by (cases.phone = :phone or lower(cases.email) = lower(:email)) is true desc,
             ts_rank(cases.search, asked.words) desc
    limit 200
)
select id, request_no, kind, state, title, received_on, closed_at is null as is_open, same_contact,
       shared::float8 / asked_for as closeness
from near
where shared::float8 / asked_for >= case when same_contact then 0.2 else 0.6 end
order by same_contact desc, closeness desc, received_at
limit 5

-- name: received
-- A case that was received by a click carried out before.
select id, request_no, due_on from cases where id = :id

-- name: answer_taken_back
-- The last answer of a case that counts no more: its day, and whether it came back. Otherwise the case was opened again.
select local_date(cast(changes -> 'responded_at' ->> 0 as timestamptz)) as answered_on,
       action in ('response_came_back', 'decision_came_back', 'letter_came_back') as came_back
from case_events
where case_id = :id and changes -> 'responded_at' ->> 0 is not null and changes -> 'responded_at' ->> 1 is null
order by version desc
limit 1
