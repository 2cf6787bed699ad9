-- Figures: what management reads about the promises, kept exact by every write to a case, whoever writes it.
--
-- Each write appends to a log what no longer counts and what counts instead, in its own transaction. Who reads adds the log
-- to the sums that are there; who has a moment folds the log into them. Nobody ever waits for a row that others write too:
-- an upsert of shared sums cost 43 % of the moves a second, a row appended 6 %.

alter table cases add column informed_on date;
comment on column cases.informed_on is 'When the customer was first told how their case stands (log_update): a late answer may have been announced.';

-- The facts of one case that any figure counts, and how often: 1 for what counts now, -1 for what counted before.
create table figures_log (
    n int not null,
    kind text not null,
    team_id bigint,
    category text,
    channel text not null,
    supervisor_id bigint,
    ground text,
    decision text,
    received_on date not null,
    due_on date,
    answered_on date,
    days_taken int,
    days_late int,
    closed_on date,
    informed boolean not null
);
comment on table figures_log is 'Changes of the figures that are not yet in the sums. Rows are added by triggers of cases and taken by fold_figures().';
comment on column figures_log.supervisor_id is 'Who is accountable for the answer; until there is one, who has the case.';
comment on column figures_log.days_late is 'Business days from the due date to the answer; 0 when it was on time.';
comment on column figures_log.informed is 'The customer was told how it stands on or before the due date.';

-- How a promise ended, by the month in which it was due, received and answered, and by the day on which it was due.
create table figures_ended (
    axis text not null,
    grain text not null,
    dim text not null,
    starts_on date not null,
    value text not null,
    kind text not null,
    on_time int not null,
    late int not null,
    last_day int not null,
    informed int not null,
    unanswered int not null,
    primary key (axis, grain, dim, starts_on, value, kind),
    constraint axis_is_known check (axis in ('due', 'received', 'answered')),
    constraint grain_is_known check (grain in ('day', 'month')),
    constraint dim_is_known check (dim in ('all', 'team', 'category', 'channel', 'supervisor', 'ground', 'decision'))
) with (fillfactor = 80);
comment on table figures_ended is 'Promises that were answered, or whose case was closed without an answer, summed for each value of one dimension.';
comment on column figures_ended.last_day is 'Of those on time: answered on the due date itself.';
comment on column figures_ended.informed is 'Of those late: the customer was told how it stands before it was.';
comment on column figures_ended.unanswered is 'Withdrawn, redirected, a duplicate, or closed otherwise: outside the published figure.';

-- Promises that are open. Whether one is late is not written here: the day that it is read decides.
create table figures_open (
    dim text not null,
    due_on date not null,
    received_month date not null,
    value text not null,
    kind text not null,
    n int not null,
    informed int not null,
    primary key (dim, due_on, received_month, value, kind)
) with (fillfactor = 80);
comment on table figures_open is 'Promises without an answer in open cases, by due date: from the day after it they are missed, with no write happening.';

-- How long answers took.
create table figures_taken (
    grain text not null,
    starts_on date not null,
    kind text not null,
    days_taken int not null,
    days_late int not null,
    n int not null,
    primary key (grain, starts_on, kind, days_taken, days_late),
    constraint grain_is_known check (grain in ('day', 'month'))
) with (fillfactor = 80);
comment on table figures_taken is 'Answers by the business days they took, by the day and the month they were due: medians and percentiles are read from it.';

-- What came in and what was closed, promised or not.
create table figures_flow (
    day date not null,
    kind text not null,
    team_id bigint not null,
    came int not null,
    went int not null,
    primary key (day, kind, team_id)
) with (fillfactor = 80);
comment on table figures_flow is 'Cases received and closed on each day, by kind and by the team that has them now; team 0 is none.';

-- A list of those due or answered in some days finds them through a few hundred kB; keeping this costs a write next to nothing.
create index cases_by_due_and_answer on cases using brin (due_on, responded_on, closed_at) with (pages_per_range = 32, autosummarize = on);

create or replace function as_it_was_promised(taken int, promised int, late boolean) returns int
language sql immutable parallel safe
return case when late then greatest(taken, promised + 1) when not late then least(taken, promised) else taken end;

create function days_it_took(received_on date, responded_on date, due_on date, promised_days int) returns int
language plpgsql stable parallel safe as $$
begin
    if responded_on is null or promised_days is null then
        return null;
    end if;
    return as_it_was_promised(business_days_taken(received_on, responded_on), promised_days, responded_on > due_on);
end $$;
comment on function days_it_took is 'Business days that an answer took, never denying its verdict; null without an answer or a promise.';

create function days_it_was_late(due_on date, responded_on date) returns int
language plpgsql stable parallel safe as $$
begin
    if responded_on <= due_on then
        return 0;
    end if;
    return business_days_taken(due_on, responded_on);
end $$;
comment on function days_it_was_late is 'Business days from the due date to the answer; 0 when on time, null without an answer or a promise.';

-- The triggers work as the owner: the dashboard itself can neither write a figure nor take one out of the log.
create function log_new_figures() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
    insert into figures_log
    select 1, fresh.kind, fresh.team_id, fresh.category, fresh.channel, coalesce(fresh.accountable_id, fresh.owner_id), fresh.ground, fresh.decision,
           fresh.received_on, fresh.due_on, fresh.responded_on,
           case when fresh.due_on is not null and fresh.responded_on is not null then
               as_it_was_promised(days_between(received, answered), fresh.promised_days, fresh.responded_on > fresh.due_on) end,
           case when fresh.responded_on > fresh.due_on then days_between(due, answered) when fresh.responded_on <= fresh.due_on then 0 end,
           local_date(fresh.closed_at), (fresh.informed_on <= fresh.due_on) is true
    from added as fresh
    left join calendar as received on received.day = coalesce(fresh.reply_asked_on, fresh.received_on)
    left join calendar as due on due.day = fresh.due_on
    left join calendar as answered on answered.day = fresh.responded_on;
    return null;
end $$;

create function log_changed_figures() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op in ('UPDATE', 'DELETE') then
        insert into figures_log values (
            -1, old.kind, old.team_id, old.category, old.channel, coalesce(old.accountable_id, old.owner_id), old.ground, old.decision,
            old.received_on, old.due_on, old.responded_on,
            days_it_took(coalesce(old.reply_asked_on, old.received_on), old.responded_on, old.due_on, old.promised_days), days_it_was_late(old.due_on, old.responded_on),
            local_date(old.closed_at), (old.informed_on <= old.due_on) is true);
    end if;
    if tg_op = 'UPDATE' then
        insert into figures_log values (
            1, new.kind, new.team_id, new.category, new.channel, coalesce(new.accountable_id, new.owner_id), new.ground, new.decision,
            new.received_on, new.due_on, new.responded_on,
            days_it_took(coalesce(new.reply_asked_on, new.received_on), new.responded_on, new.due_on, new.promised_days), days_it_was_late(new.due_on, new.responded_on),
            local_date(new.closed_at), (new.informed_on <= new.due_on) is true);
    end if;
    return null;
end $$;

create trigger figures_are_told_of_new after insert on cases
    referencing new table as added for each statement execute function log_new_figures();
create trigger figures_are_told_of_changes after update on cases
    for each row when (
        (old.kind, old.team_id, old.category, old.channel, coalesce(old.accountable_id, old.owner_id), old.ground, old.decision,
         old.received_on, old.reply_asked_on, old.due_on, old.promised_days, old.responded_on, old.closed_at, old.informed_on)
        is distinct from
        (new.kind, new.team_id, new.category, new.channel, coalesce(new.accountable_id, new.owner_id), new.ground, new.decision,
         new.received_on, new.reply_asked_on, new.due_on, new.promised_days, new.responded_on, new.closed_at, new.informed_on))
    execute function log_changed_figures();
create trigger figures_are_told_of_the_end after delete on cases
    for each row execute function log_changed_figures();
-- An import may switch triggers off for its foreign keys; these stay.
alter table cases enable always trigger figures_are_told_of_new;
alter table cases enable always trigger figures_are_told_of_changes;
alter table cases enable always trigger figures_are_told_of_the_end;

-- "Follow up with the complainant" while it is late: the first time the customer was told how it stands.
create function note_informed() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
    update cases set informed_on = least(informed_on, local_date(coalesce((new.details ->> 'happened_at')::timestamptz, new.at)))
    where id = new.case_id;
    return null;
end $$;
create trigger customer_was_informed after insert on case_events
    for each row when (new.action = 'log_update') execute function note_informed();

-- Every case again, or those whose days taken a change of the calendar touches, once or minus once.
create function log_figures_of_all(times int) returns void language sql as $$
    insert into figures_log
    select times, kind, team_id, category, channel, coalesce(accountable_id, owner_id), ground, decision,
           received_on, due_on, responded_on,
           case when due_on is not null and responded_on is not null then
               as_it_was_promised(days_between(received, answered), promised_days, responded_on > due_on) end,
           case when responded_on > due_on then days_between(due, answered) when responded_on <= due_on then 0 end,
           local_date(closed_at), (informed_on <= due_on) is true
    from cases
    left join calendar as received on received.day = coalesce(reply_asked_on, received_on)
    left join calendar as due on due.day = due_on
    left join calendar as answered on answered.day = responded_on
$$;
create function log_figures_answered_across(times int, first_day date, last_day date) returns void language sql as $$
    insert into figures_log
    select times, kind, team_id, category, channel, coalesce(accountable_id, owner_id), ground, decision,
           received_on, due_on, responded_on,
           as_it_was_promised(days_between(received, answered), promised_days, responded_on > due_on),
           case when responded_on > due_on then days_between(due, answered) else 0 end,
           local_date(closed_at), (informed_on <= due_on) is true
    from cases
    left join calendar as received on received.day = coalesce(reply_asked_on, received_on)
    left join calendar as due on due.day = due_on
    left join calendar as answered on answered.day = responded_on
    where due_on is not null and responded_on >= first_day and received_on <= last_day
$$;

-- The calendar decides how many days an answer took: what it counted comes off, the calendar changes, what it counts goes on.
create or replace function load_calendar(first_day date, last_day date) returns void language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
    closed jsonb := (select coalesce(jsonb_agg(jsonb_build_object('day', day, 'name', name)), '[]') from closures);
    touched record;
begin
    select min(day) as first, max(day) as last into touched
    from calendar
    full join calendar_of(first_day, last_day, closed) as next using (day)
    where calendar.is_business_day is distinct from next.is_business_day;
    perform log_figures_answered_across(-1, touched.first, touched.last);
    delete from calendar;
    insert into calendar (day, closure, is_business_day, business_day_no)
    select day, closure, is_business_day, business_day_no from calendar_of(first_day, last_day, closed);
    perform log_figures_answered_across(1, touched.first, touched.last);
end $$;

-- Anybody may fold, and two never at once: the second has nothing to do.
create function fold_figures() returns bigint language plpgsql security definer
set search_path = pg_catalog, public, pg_temp set work_mem = '128MB' set jit = off as $$
declare
    folded bigint;
begin
    if not pg_try_advisory_xact_lock(hashtext('fold figures')) then
        return 0;
    end if;
    -- one statement, so that what is taken from the log is what is added to the sums
    with gone as (
        delete from figures_log returning 1
    ), ended as (
        insert into figures_ended as held
        select axis, grain, dim, starts_on, value, kind, on_time, late, last_day, informed, unanswered from unfolded_ended
        order by dim, axis, grain, starts_on -- what is read together lies together
        on conflict (axis, grain, dim, starts_on, value, kind) do update
        set on_time = held.on_time + excluded.on_time, late = held.late + excluded.late, last_day = held.last_day + excluded.last_day,
            informed = held.informed + excluded.informed, unanswered = held.unanswered + excluded.unanswered
    ), opened as (
        insert into figures_open as held
        select dim, due_on, received_month, value, kind, n, informed from unfolded_open
        on conflict (dim, due_on, received_month, value, kind) do update
        set n = held.n + excluded.n, informed = held.informed + excluded.informed
    ), taken as (
        insert into figures_taken as held
        select grain, starts_on, kind, days_taken, days_late, n from unfolded_taken
        on conflict (grain, starts_on, kind, days_taken, days_late) do update set n = held.n + excluded.n
    ), flow as (
        insert into figures_flow as held
        select day, kind, team_id, came, went from unfolded_flow
        on conflict (day, kind, team_id) do update set came = held.came + excluded.came, went = held.went + excluded.went
    )
    select count(*) into folded from gone;
    delete from figures_open where n = 0 and informed = 0; -- open work stays small
    return folded;
end $$;
comment on function fold_figures is 'Brings what the log holds into the sums; how many rows it took. 0 while somebody else does it.';

create function rebuild_figures() returns bigint language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
    lock table cases in share row exclusive mode; -- reading goes on
    perform pg_advisory_xact_lock(hashtext('fold figures'));
    delete from figures_log;
    delete from figures_ended;
    delete from figures_open;
    delete from figures_taken;
    delete from figures_flow;
    perform log_figures_of_all(1);
    return fold_figures();
end $$;
comment on function rebuild_figures is 'All figures again from the cases; how many cases. Nobody receives or moves one meanwhile.';

revoke execute on function rebuild_figures() from public;
revoke execute on function log_figures_of_all(int), log_figures_answered_across(int, date, date) from public;
grant select on figures_log, figures_ended, figures_open, figures_taken, figures_flow to dashboard_app;

-- What is here already. The next one who looks folds it.
select log_figures_of_all(1) where exists (select from cases);

-- A month as it stood when it was closed: every case of it, so that what was restated since can be named.
create table frozen_months (
    month date primary key,
    frozen_at timestamptz not null default right_now(),
    frozen_by bigint references staff,
    constraint month_starts_on_its_first check (extract(day from month) = 1)
);
comment on table frozen_months is 'Months whose figures were frozen "as at", when and by whom.';

create table frozen_promises (
    month date not null references frozen_months,
    case_id bigint not null references cases,
    version int not null,
    kind text not null,
    outcome text not null,
    days_taken int,
    team_id bigint,
    supervisor_id bigint,
    primary key (month, case_id)
);
comment on table frozen_promises is 'Each promise due in a frozen month and how it had ended, with the version of its case: what came later is restated.';
create trigger frozen_months_are_kept before update or delete on frozen_months
    for each row execute function refuse_change_of_history();
create trigger frozen_promises_are_kept before update or delete on frozen_promises
    for each row execute function refuse_change_of_history();
grant select, insert on frozen_months, frozen_promises to dashboard_app;
