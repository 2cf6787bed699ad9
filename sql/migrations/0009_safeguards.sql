-- What the database itself refuses, whoever asks and however the page behaves.

-- A function that works as its owner finds no table of the caller's making: pg_temp is searched last.
alter function sort_in_new_words() set search_path = pg_catalog, public, pg_temp;

create or replace function write_staff_above() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
    perform pg_advisory_xact_lock(hashtext('staff_above')); -- two changes at once: one after the other
    delete from staff_above;
    with recursive above (staff_id, above_id) as (
        select id, reports_to from staff where reports_to is not null
        union
        select above.staff_id, staff.reports_to
        from above join staff on staff.id = above.above_id
        where staff.reports_to is not null
    )
    insert into staff_above (staff_id, above_id) select staff_id, above_id from above;
    if exists (select from staff_above where staff_id = above_id) then
        raise exception 'Nobody can report to themselves, even through others.' using errcode = 'TO311';
    end if;
    if exists (
        select from cases
        join staff_above on staff_above.staff_id = cases.owner_id and staff_above.above_id = any (cases.subject_ids)
        where cases.closed_at is null
    ) then -- (R11)
        raise exception 'Somebody would report to a person named in a complaint they have; reassign it first.' using errcode = 'TO311';
    end if;
    return null;
end $$;

-- A contact that is only blanks is none. "Contact information is required to make a complaint." (L9)
alter table cases
    drop constraint complaint_has_a_contact,
    add constraint complaint_has_a_contact check (
        kind <> 'complaint' or erased_at is not null or coalesce(phone, '') || coalesce(email, '') || coalesce(postal_address, '') || coalesce(contact_held_by, '') ~ '\S'),
    drop constraint reply_has_somewhere_to_go,
    add constraint reply_has_somewhere_to_go check (
        not reply_requested or erased_at is not null or coalesce(phone, '') || coalesce(email, '') || coalesce(postal_address, '') || coalesce(contact_held_by, '') ~ '\S');

-- What was received stays as it was received: its number, when and how it came, what the customer said, the first promise.
revoke update on cases from dashboard_app;
grant update (
    state, version, category, tags, subject_ids, division_id, customer_name, phone, email, postal_address,
    team_id, owner_id, assigned_at, recused_ids, acknowledged_at, due_on,
    finding, finding_summary, sources_checked, root_cause, steps_taken, no_steps_because,
    responded_at, response_channel, response, responded_by, accountable_id, closed_at, redirected_to, duplicate_of
) on cases to dashboard_app;

-- Who works here, in which role and under whom, is not for the dashboard to change: there is no page for it.
revoke insert, update on staff, teams, divisions from dashboard_app;

create function hold_cases() returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    lock table cases in share row exclusive mode;
end $$;
comment on function hold_cases is 'Nobody receives or moves a case until the transaction ends; reading goes on.';
