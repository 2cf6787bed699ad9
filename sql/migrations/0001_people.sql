-- People: who works here, in which team, under whom; and the City divisions that feedback may belong to.

-- The role the application works as. It can read and add to the history and never change it (R63).
-- Roles belong to the whole server, so another database may have made it first.
do $$
begin
    create role dashboard_app nologin;
exception when duplicate_object or unique_violation or insufficient_privilege then null;
end $$;

do $$
begin
    execute format('grant dashboard_app to %I', current_user);
exception when undefined_object or insufficient_privilege or invalid_grant_operation then null;
end $$;

create table divisions (
    id bigint generated always as identity primary key,
    name text not null unique,
    phone text,
    email text,
    constraint name_is_not_blank check (name ~ '\S')
);
comment on table divisions is 'City divisions: who answers for a service, and where feedback about it is sent (R2, R4).';

create table teams (
    id bigint generated always as identity primary key,
    name text not null unique,
    constraint name_is_not_blank check (name ~ '\S')
);
comment on table teams is 'Teams of 311 Toronto.';

create table staff (
    id bigint generated always as identity primary key,
    name text not null,
    email text not null,
    title text not null default '',
    role text not null,
    team_id bigint references teams,
    reports_to bigint references staff,
    active boolean not null default true,
    constraint role_is_known check (
        role in ('coordinator', 'supervisor', 'team_lead', 'manager', 'director', 'administrator', 'viewer')),
    constraint nobody_reports_to_themselves check (reports_to <> id),
    constraint name_is_not_blank check (name ~ '\S')
);
create unique index one_account_per_email on staff (lower(email));
comment on table staff is 'Everyone who may sign in, and everyone a complaint or compliment can be about.';

create table staff_above (
    staff_id bigint not null references staff on delete cascade,
    above_id bigint not null references staff on delete cascade,
    primary key (staff_id, above_id)
);
create index staff_below on staff_above (above_id, staff_id);
comment on table staff_above is
    'Everyone above a person, at any height: who reports to whom, ready to look up (R11, R35, R64). Kept by a trigger.';

-- A few hundred people: writing all of it again is simpler than mending it, and takes a millisecond.
create function write_staff_above() returns trigger language plpgsql security definer set search_path from current as $$
begin
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
    return null;
end $$;

create trigger staff_above_is_kept
    after insert or delete or update of reports_to on staff
    for each statement execute function write_staff_above();
