-- Who may read what, refused by the database itself (R64): a person's page reads as dashboard_app, which is given the rows
-- that the person named in app.viewer may see, and writes nothing. What the program does by itself, and every click after core has
-- checked it, is done as dashboard_system.
-- Roles belong to the whole server, so another database may have made it first.
do $$
begin
    create role dashboard_system nologin;
exception when duplicate_object or unique_violation or insufficient_privilege then null;
end $$;

do $$
begin
    execute format('grant dashboard_system to %I', current_user);
exception when undefined_object or insufficient_privilege or invalid_grant_operation then null;
end $$;

-- What dashboard_app could do until now is for dashboard_system to do; dashboard_app keeps what reading takes.
grant usage on schema public to dashboard_system;
grant select on all tables in schema public to dashboard_system;
grant usage on all sequences in schema public to dashboard_system;
do $$
declare
    held record;
begin
    for held in
        select table_name, privilege_type from information_schema.role_table_grants
        where grantee = 'dashboard_app' and table_schema = 'public' and privilege_type <> 'SELECT'
    loop
        execute format('grant %s on %I to dashboard_system', held.privilege_type, held.table_name);
        execute format('revoke %s on %I from dashboard_app', held.privilege_type, held.table_name);
    end loop;
    for held in
        select table_name, privilege_type, string_agg(quote_ident(column_name), ', ') as columns
        from information_schema.role_column_grants
        where grantee = 'dashboard_app' and table_schema = 'public' and privilege_type <> 'SELECT'
        group by table_name, privilege_type
    loop
        execute format('grant %s (%s) on %I to dashboard_system', held.privilege_type, held.columns, held.table_name);
        execute format('revoke %s (%s) on %I from dashboard_app', held.privilege_type, held.columns, held.table_name);
    end loop;
end $$;
revoke usage on all sequences in schema public from dashboard_app;

-- Looks at cases about a person are logged by whoever looks (R64), and as nobody else.
grant insert on access_log to dashboard_app;

-- Whether a case stands behind another, as a complaint does behind the praise that was split from it: few do, and a list asks
-- it of every compliment.
alter table cases add column is_linked boolean not null default false;
comment on column cases.is_linked is 'Another case leads to this one (case_links.other_id).';
update cases set is_linked = true where id in (select other_id from case_links);
create function note_link() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    update cases set is_linked = true where id = new.other_id and not is_linked;
    return null;
end $$;
create trigger links_are_noted after insert on case_links for each row execute function note_link();

-- Who may do what (core/access.py has the same table, made of the table of moves), and history that nobody else can make.
create table permissions (
    kind text not null,
    action text not null,
    role text not null,
    needs text[] not null,
    never text[] not null,
    primary key (kind, action, role, needs, never)
);
comment on table permissions is 'Who may do what to a case of this kind: with this role, being one of needs to it (anybody, if empty) and none of never.';
grant select on permissions to dashboard_app, dashboard_system;

-- What somebody was to a case before this change of it.
create function was_related(c cases, changes jsonb, who bigint, relation text) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    owner bigint := case when changes ? 'owner_id' then (changes #>> '{owner_id,0}')::bigint else c.owner_id end;
    subjects bigint[] := case when changes ? 'subject_ids'
                              then array(select jsonb_array_elements_text(changes #> '{subject_ids,0}')::bigint) else c.subject_ids end;
begin
    return case relation
        when 'owner' then owner = who
        when 'above the owner' then exists (select from staff_above where staff_id = owner and above_id = who)
        when 'same team' then exists (
            select from staff
            where id = who and team_id = case when changes ? 'team_id' then (changes #>> '{team_id,0}')::bigint else c.team_id end)
        when 'named in it' then who = any (subjects)
        when 'reports to a person named in it' then exists (
            select from staff_above where staff_id = who and above_id = any (subjects))
        when 'declared a conflict' then who = any (
            case when changes ? 'recused_ids'
                 then array(select jsonb_array_elements_text(changes #> '{recused_ids,0}')::bigint) else c.recused_ids end)
        -- whoever answered the complaint by this very escalation was found independent then, and may end it
        when 'handled the complaint' then c.kind = 'escalation' and who in (select handlers_of(c.complaint_id))
            and not exists (select from case_events where case_id = c.id and by_id = who and action = 'answer_complaint')
        when 'reviews its escalation' then exists (
            select from cases where complaint_id = c.id and closed_at is null and owner_id = who)
        when 'team lead it was forwarded to' then
            case when changes ? 'lead_id' then (changes #>> '{lead_id,0}')::bigint else c.lead_id end = who
        when 'wrote in its letter' then who = any (
            (select writer_ids from letters where case_id = c.id order by version desc limit 1)::bigint[])
        when 'supervises who is praised, or is above them' then exists (
            select from praise
            where case_id = c.id
              and (supervisor_id = who or exists (select from staff_above where staff_id = supervisor_id and above_id = who)))
    end is true;
end $$;

create function refuse_what_is_not_theirs() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    c cases;
    permission permissions;
begin
    select * into c from cases where id = new.case_id;
    for permission in
        select permissions.* from permissions
        join staff on staff.id = new.by_id and staff.active and staff.role = permissions.role
        where permissions.kind = c.kind and permissions.action = new.action
    loop
        if (permission.needs = '{}' or exists (
                select from unnest(permission.needs) as relation where was_related(c, new.changes, new.by_id, relation)))
           and not exists (
                select from unnest(permission.never) as relation where was_related(c, new.changes, new.by_id, relation))
        then
            return new;
        end if;
    end loop;
    raise exception 'That is not for you to do.' using errcode = 'TO311';
end $$;
-- What the program does by itself has nobody's name on it.
create trigger history_is_made_by_who_may before insert on case_events
    for each row when (new.by_id is not null) execute function refuse_what_is_not_theirs();
