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
