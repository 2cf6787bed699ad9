-- Retention (R65): one year after last use, unless held; then contact details and free text are erased, and the statistics stay.

create table retention_rules (
    id bigint generated always as identity primary key,
    kind text not null,
    months int not null,
    set_at timestamptz not null default right_now(),
    set_by bigint references staff,
    why text not null,
    constraint kind_is_known check (kind in ('complaint', 'escalation', 'comment', 'compliment')),
    constraint months_are_sensible check (months between 1 and 1200),
    constraint rule_has_a_reason check (why ~ '\S')
);
comment on table retention_rules is 'How many months after their last use cases are kept as they are: the newest row of a kind counts.';
insert into retention_rules (kind, months, why)
select kind, 12, 'One year after last use, as the law has it.' from unnest(array['complaint', 'escalation', 'comment', 'compliment']) as kind;

create function months_kept(kind text) returns int language sql stable parallel safe
return (select months from retention_rules where retention_rules.kind = months_kept.kind order by id desc limit 1);
comment on function months_kept is 'How many months after its last use a case of this kind is kept as it is.';

-- Holds
alter table cases
    add column held_at timestamptz,
    add column held_by bigint references staff,
    add column held_because text,
    add column ombudsman_ended_at timestamptz,
    add constraint hold_says_who_and_why check (
        (held_at is null) = (held_by is null) and (held_at is null) = (held_because is null) and held_because ~ '\S' is not false),
    add constraint ombudsman_ends_what_was_referred check (ombudsman_ended_at is null or ombudsman_at is not null);
comment on column cases.held_because is 'Why it is on legal hold: nothing of it is erased until the hold is lifted.';
comment on column cases.ombudsman_ended_at is 'When Ombudsman Toronto was known to have done with it.';
grant update (held_at, held_by, held_because, ombudsman_ended_at) on cases to dashboard_system;

-- Two people: one asks, another approves, and the list that was approved is the list that is erased.
create table erasures (
    id bigint generated always as identity primary key,
    asked_at timestamptz not null default right_now(),
    asked_by bigint not null references staff,
    why text not null,
    approved_at timestamptz,
    approved_by bigint references staff,
    withdrawn_at timestamptz,
    withdrawn_by bigint references staff,
    done_at timestamptz,
    account jsonb,
    constraint erasure_has_a_reason check (why ~ '\S'),
    constraint another_one_approves_an_erasure check (approved_by <> asked_by),
    constraint approved_by_somebody check ((approved_at is null) = (approved_by is null)),
    constraint withdrawn_by_somebody check ((withdrawn_at is null) = (withdrawn_by is null)),
    constraint withdrawn_before_it_is_approved check (withdrawn_at is null or approved_at is null),
    constraint done_when_approved check (done_at is null or (approved_at is not null and account is not null))
);
create unique index one_erasure_at_a_time on erasures ((true)) where done_at is null and withdrawn_at is null;
comment on table erasures is 'Each erasure at the end of retention: who asked and why, who approved, and the account of what was erased.';

create table erasure_cases (
    erasure_id bigint not null references erasures,
    case_id bigint not null references cases,
    looked_at timestamptz,
    kept_because text,
    erased jsonb,
    primary key (erasure_id, case_id)
);
create index erasure_cases_to_do on erasure_cases (erasure_id, case_id) where looked_at is null;
comment on table erasure_cases is 'The cases of an erasure, as they were due when it was asked for; why one was kept after all, or what was erased of it.';

-- Nobody decides about a complaint about themselves (R64, R65), a list is whole when it is approved, and what was withdrawn stays withdrawn.
create function keep_erasures() returns trigger language plpgsql
set search_path = pg_catalog, public, pg_temp as $$
declare
    erasure erasures;
begin
    if tg_table_name = 'erasure_cases' then
        select * into erasure from erasures where id = new.erasure_id for share;
        if erasure.approved_at is not null or erasure.withdrawn_at is not null then
            raise exception 'The list of an erasure is what was approved.' using errcode = 'TO311';
        end if;
        if exists (select from cases where id = new.case_id and erasure.asked_by = any (subject_ids)) then
            raise exception 'Nobody decides about a complaint about themselves.' using errcode = 'TO311';
        end if;
        return new;
    end if;
    if tg_op = 'INSERT' and num_nonnulls(new.approved_at, new.withdrawn_at, new.done_at) > 0 then
        raise exception 'An erasure begins by asking for it.' using errcode = 'TO311';
    end if;
    if tg_op = 'UPDATE' and old.withdrawn_at is not null then
        raise exception 'What was withdrawn stays withdrawn.' using errcode = 'TO311';
    end if;
    if tg_op = 'UPDATE' and old.approved_at is not null and (old.approved_at, old.approved_by) is distinct from (new.approved_at, new.approved_by) then
        raise exception 'An approval is not taken back: what was erased is gone.' using errcode = 'TO311';
    end if;
    if exists (select from unnest(array[new.asked_by, new.approved_by, new.withdrawn_by]) as who
               where who is not null and not exists (
                   select from staff where id = who and (active or who = new.asked_by) and role in ('manager', 'director', 'administrator'))) then
        raise exception 'Erasures are asked for and approved by administrators and senior management.' using errcode = 'TO311';
    end if;
    return new;
end $$;
create trigger erasures_are_kept before insert or update of approved_at, approved_by, withdrawn_at, withdrawn_by on erasures
    for each row execute function keep_erasures();
create trigger erasure_lists_are_kept before insert on erasure_cases for each row execute function keep_erasures();
create trigger erasures_stay before delete on erasures for each row execute function refuse_change_of_history();
create trigger erasure_lists_stay before delete on erasure_cases for each row execute function refuse_change_of_history();
create trigger rules_are_kept before update or delete on retention_rules for each row execute function refuse_change_of_history();
grant select on retention_rules, erasures, erasure_cases to dashboard_system;
grant insert (kind, months, set_by, why) on retention_rules to dashboard_system;
grant insert (asked_by, why), update (approved_at, approved_by, withdrawn_at, withdrawn_by) on erasures to dashboard_system;
grant insert (erasure_id, case_id) on erasure_cases to dashboard_system;
grant usage on all sequences in schema public to dashboard_system;

create function erasure_is_approved(of_case bigint) returns boolean language sql stable as $$
    select exists (
        select from erasure_cases join erasures on erasures.id = erasure_id
        where case_id = of_case and looked_at is null and approved_by is not null and approved_by <> asked_by and done_at is null)
$$;
comment on function erasure_is_approved is 'Whether two people decided that this case is erased, and it has not been yet.';

-- What is no free text: ids, dates, numbers and words of a list. Everything else that was said is erased, also what nobody thought of here.
create function without_words(said jsonb) returns jsonb language sql immutable parallel safe as $$
    select coalesce(jsonb_object_agg(field.key, field.value), '{}')
    from jsonb_each(said) as field
    where field.key = any (array[
        'happened_at', 'received_at', 'channel', 'outcome', 'finding', 'root_cause', 'category', 'tags', 'subject_ids', 'praised_ids', 'staff_id',
        'team_id', 'owner_id', 'lead_id', 'approver_id', 'division_id', 'original_no', 'what_it_is', 'how_told', 'decision', 'letter_due',
        'remedy_by', 'updates_by', 'lead_did', 'sends_by', 'text_no', 'due_on', 'assigned_at', 'recused_ids', 'acknowledged_at',
        'responded_at', 'response_channel', 'responded_by', 'accountable_id', 'closed_at', 'redirected_to', 'duplicate_of', 'decided_at',
        'decided_by', 'told_at', 'told_by', 'decide_by', 'ombudsman_at', 'ombudsman_ended_at', 'forwarded_at', 'lead_heard_at', 'lead_done_at',
        'reply_requested', 'naming_consent_at', 'naming_consent_by', 'shared_at', 'shared_with', 'held_at', 'import', 'line', 'owner', 'team',
        'accountable', 'erasure', 'left', 'no_reply_because', 'no_reply_at'])
$$;
comment on function without_words is 'What stays of what an event said when its words are erased.';

-- The history still can only be added to. One change is possible: the words of an event go, once two people decided it; nothing else of it does.
create function keep_events() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and old.erased_at is null and new.erased_at is not null and erasure_is_approved(old.case_id)
       and new.note is null and new.salt is null
       and (new.details, new.changes) = (without_words(old.details), without_words(old.changes))
       and (new.case_id, new.version, new.at, new.by_id, new.action, new.from_state, new.to_state, new.key, new.before, new.said_digest, new.hash)
           is not distinct from
           (old.case_id, old.version, old.at, old.by_id, old.action, old.from_state, old.to_state, old.key, old.before, old.said_digest, old.hash)
    then
        return new;
    end if;
    raise exception 'The history can only be added to.' using errcode = 'TO311';
end $$;
drop trigger history_is_append_only on case_events;
create trigger history_is_append_only before update or delete on case_events for each row execute function keep_events();

-- A message that has left never changes; its words and its address go with those of its case.
create or replace function keep_what_left() returns trigger language plpgsql as $$
begin
    if erasure_is_approved(old.case_id)
       and to_jsonb(new) - array['to_address', 'subject', 'body', 'problem'] = to_jsonb(old) - array['to_address', 'subject', 'body', 'problem']
    then
        return new;
    end if;
    raise exception 'A message that has left cannot be changed.' using errcode = 'TO311';
end $$;

-- An issued letter never changes; at the end of retention its text and document go, and its checksum stays.
alter table letters
    add column erased_at timestamptz,
    drop constraint letter_is_issued_whole,
    add constraint letter_is_issued_whole check (
        (issued_at is null) = (issued_by is null) and (issued_at is null) = (sends_by is null)
        and (issued_at is null) = (address is null) and ((issued_at is null) = (pdf is null) or erased_at is not null)
        and (issued_at is null) = (sha256 is null)),
    add constraint erased_letter_has_no_words check (erased_at is null or (parts = '{}' and pdf is null));

create function keep_erased_letters() returns trigger language plpgsql as $$
begin
    if old.erased_at is not null then
        raise exception 'Of an erased letter nothing is left to change.' using errcode = 'TO311';
    end if;
    if not erasure_is_approved(old.case_id)
       or to_jsonb(new) - array['parts', 'address', 'pdf', 'replaces_because', 'erased_at']
          <> to_jsonb(old) - array['parts', 'address', 'pdf', 'replaces_because', 'erased_at']
       or (new.address is not null and new.address <> 'Erased') or (new.replaces_because is not null and new.replaces_because <> 'Erased') then
        raise exception 'A letter is erased only at the end of its retention, by two people.' using errcode = 'TO311';
    end if;
    return new;
end $$;
drop trigger letters_are_kept on letters;
create trigger letters_are_kept before update on letters
    for each row when (old.erased_at is null and new.erased_at is null) execute function keep_letters();
create trigger letters_begin_as_drafts before insert on letters for each row execute function keep_letters();
create trigger erased_letters_are_kept before update on letters
    for each row when (old.erased_at is not null or new.erased_at is not null) execute function keep_erased_letters();

-- What was erased stays as it is: there is nobody left to answer.
create function keep_erased_closed() returns trigger language plpgsql as $$
begin
    raise exception 'The case was erased at the end of its retention, so nothing more is done with it.' using errcode = 'TO311';
end $$;
create trigger erased_stays_closed before update of state, version on cases
    for each row when (old.erased_at is not null and new.subject_ids = old.subject_ids) execute function keep_erased_closed();

-- One case: everything that tells who the customer is, and everything that anybody wrote about it. What was counted stays.
create function erase_case(erasure bigint, of_case bigint) returns jsonb language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
    gone constant text := 'Erased';
    now_on constant timestamptz := right_now();
    left_over bytea;
    counted jsonb;
    events bigint; letter_rows bigint; messages bigint; files bigint; typed bigint; attempts bigint;
begin
    if not exists (select from erasure_cases where erasure_id = erasure and case_id = of_case) or not erasure_is_approved(of_case) then
        raise exception 'Nothing is erased that two people have not decided.' using errcode = 'TO311';
    end if;
    perform from cases where id = of_case for no key update;
    update case_events set note = null, salt = null, details = without_words(details), changes = without_words(changes), erased_at = now_on
    where case_id = of_case and action not in ('import', 'erase') and erased_at is null;
    get diagnostics events = row_count;
    update letters set parts = '{}', pdf = null, erased_at = now_on, address = case when address is not null then gone end,
                       replaces_because = case when replaces_because is not null then gone end
    where case_id = of_case and erased_at is null;
    get diagnostics letter_rows = row_count;
    update notices set to_address = gone, subject = gone, body = gone, problem = null where case_id = of_case;
    get diagnostics messages = row_count;
    delete from attachments where case_id = of_case;
    get diagnostics files = row_count;
    delete from drafts where case_id = of_case;
    get diagnostics typed = row_count;
    update escalation_attempts set vouched_because = case when vouched_because is not null then gone end
    where complaint_id = of_case or escalation_id = of_case;
    get diagnostics attempts = row_count;
    update praise set because = '' where case_id = of_case;
    update cases set
        title = gone, description = '', topic = null, customer_name = null, phone = null, email = null, postal_address = null,
        language = null, accessible_format = null, updates_by = null, updates_to = null,
        backdated_because = case when backdated_because is not null then gone end,
        finding_summary = case when finding_summary is not null then gone end,
        sources_checked = case when sources_checked is not null then gone end,
        steps_taken = case when steps_taken is not null then gone end,
        no_steps_because = case when no_steps_because is not null then gone end,
        response = case when response is not null then gone end,
        admitted_because = case when admitted_because is not null then gone end,
        represented_by = case when represented_by is not null then gone end,
        consent = case when consent is not null then gone end,
        decision_reasons = case when decision_reasons is not null then gone end,
        remedy = case when remedy is not null then gone end,
        letter_because = case when letter_because is not null then gone end,
        assessed_because = case when assessed_because is not null then gone end,
        lead_outcome = case when lead_outcome is not null then gone end,
        praise_words = case when praise_words is not null then gone end,
        naming_consent = case when naming_consent is not null then gone end,
        erased_at = now_on, version = version + 1
    where id = of_case;
    -- what is left of the events is in the chain from here on
    select digest_of_the_rest(of_case) into left_over;
    counted := jsonb_build_object('events', events, 'letters', letter_rows, 'messages', messages, 'files', files, 'drafts', typed, 'attempts', attempts);
    insert into case_events (case_id, version, action, from_state, to_state, details)
    select id, version, 'erase', state, state, jsonb_build_object('erasure', erasure, 'left', encode(left_over, 'hex'))
    from cases where id = of_case;
    update erasure_cases set looked_at = now_on, erased = counted where erasure_id = erasure and case_id = of_case;
    return counted;
end $$;
comment on function erase_case is 'Erases one case of an approved erasure; what was erased, counted.';

create function digest_of_the_rest(of_case bigint) returns bytea language sql stable parallel safe as $$
    select sha256(coalesce(string_agg(said_bytes(note, details, changes), ''::bytea order by version), ''))
    from case_events where case_id = of_case and erased_at is not null
$$;
comment on function digest_of_the_rest is 'SHA-256 of what is left of the erased events of a case: the event of the erasure carries it.';

-- The next cases of the erasure that is approved, and its end. Each is held and looked at again: what is on hold, was used since, or is
-- about whoever asked or approved stays.
create function erase_next(most int) returns table (erasure_id bigint, looked_at_now int, to_do bigint) language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
    this erasures;
    one bigint;
    c cases;
    why text;
begin
    select * into this from erasures where approved_at is not null and done_at is null for no key update skip locked limit 1;
    if this.id is null then
        return;
    end if;
    looked_at_now := 0;
    for one in
        select case_id from erasure_cases as listed where listed.erasure_id = this.id and listed.looked_at is null order by case_id limit most
    loop
        -- whoever puts it or what belongs with it on hold at this moment comes first or waits
        perform from cases where id = one or complaint_id = one or id = (select complaint_id from cases where id = one) order by id for no key update;
        select * into c from cases where id = one;
        why := case when c.erased_at is not null then 'it was erased before'
                    when c.subject_ids && array[this.asked_by, this.approved_by] then 'others have to decide about it'
                    else coalesce(kept_because(c), case when erased_after(c) >= today() then 'it was used since' end) end;
        if why is null then
            perform erase_case(this.id, one);
        else
            update erasure_cases as listed set looked_at = right_now(), kept_because = why
            where listed.erasure_id = this.id and listed.case_id = one;
        end if;
        looked_at_now := looked_at_now + 1;
    end loop;
    select this.id, count(*) into erasure_id, to_do from erasure_cases as listed where listed.erasure_id = this.id and listed.looked_at is null;
    if to_do = 0 then
        perform finish_erasure(this.id);
    end if;
    return next;
end $$;
comment on function erase_next is 'Carries out the next so many cases of the approved erasure; how many are left to do. No row: there is nothing to carry out.';

alter table imports add column erased_at timestamptz;
comment on column imports.erased_at is 'When what its refused rows said was erased.';

-- Rejected rows go when a complaint of the day of their import would.
create function finish_erasure(erasure bigint) returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    rejected bigint;
begin
    if not exists (select from erasures where id = erasure and approved_by <> asked_by and done_at is null) then
        raise exception 'Nothing is erased that two people have not decided.' using errcode = 'TO311';
    end if;
    with old as (
        update imports set erased_at = right_now()
        from erasures
        where erasures.id = erasure and imports.erased_at is null
          and imports.finished_at < erasures.asked_at - make_interval(months => months_kept('complaint'))
        returning imports.id
    ), rows_gone as (
        update import_refusals
        set cells = array_fill(''::text, array[cardinality(cells)]), reason = 'Erased at the end of retention'
        from old where import_id = old.id and cardinality(cells) > 0
        returning 1
    )
    select count(*) into rejected from rows_gone;
    update erasures set done_at = right_now(), account = (
        select jsonb_build_object(
            'cases', count(*) filter (where erased is not null), 'kept', count(*) filter (where kept_because is not null),
            'events', coalesce(sum((erased ->> 'events')::bigint), 0), 'letters', coalesce(sum((erased ->> 'letters')::bigint), 0),
            'messages', coalesce(sum((erased ->> 'messages')::bigint), 0), 'files', coalesce(sum((erased ->> 'files')::bigint), 0),
            'drafts', coalesce(sum((erased ->> 'drafts')::bigint), 0), 'rejected_rows', rejected)
        from erasure_cases where erasure_id = erasure)
    where id = erasure;
end $$;
comment on function finish_erasure is 'Erases what the refused rows of old imports said, and writes the account.';
revoke execute on function erase_case(bigint, bigint), erase_next(int), finish_erasure(bigint) from public;
grant execute on function erase_next(int) to dashboard_system;
