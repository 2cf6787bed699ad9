-- What the application's role may do: everything the work needs, and never change the history (R63).
grant usage on schema public to dashboard_app;
grant select on all tables in schema public to dashboard_app;
grant usage on all sequences in schema public to dashboard_app;
grant insert, update on
    divisions, teams, staff, closures, calendar, standards, cases, drafts, saved_views, notices, imports
    to dashboard_app;
grant insert on case_events, case_links, attachments, access_log, calendar_changes, import_refusals to dashboard_app;
grant delete on closures, calendar, drafts, saved_views to dashboard_app;
