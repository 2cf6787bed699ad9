-- The history of a case as people read it.
drop view if exists timeline;
create view timeline as
select event.case_id, event.version, event.at, event.action, event.from_state, event.to_state,
       event.note, event.details, event.changes, event.by_id, coalesce(staff.name, 'System') as by_name
from case_events as event
left join staff on staff.id = event.by_id;
comment on view timeline is 'Each event with the name of who did it.';
grant select on timeline to dashboard_app, dashboard_system;
