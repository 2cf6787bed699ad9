-- Everybody with their team and everybody above them.
drop view if exists people;
create view people as
select staff.id, staff.name, staff.role, staff.title, staff.email, staff.team_id, teams.name as team, staff.active,
       array(select above_id from staff_above where staff_id = staff.id) as above
from staff
left join teams on teams.id = staff.team_id;
comment on view people is 'Everybody with their team and everybody above them.';
grant select on people to dashboard_app, dashboard_system;
