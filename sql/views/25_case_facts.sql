-- One case with whatever a guard may ask of it: for one case at a time, where case_board is for lists.
drop view if exists case_facts;
create view case_facts as
select board.*,
       (select status from notices
        where case_id = board.id and purpose = 'response' and status not in ('sent', 'cancelled')) as response_notice,
       array(select above_id from staff_above where staff_id = board.owner_id) as above_owner,
       case when board.complaint_id is not null then array(select handlers_of(board.complaint_id)) else '{}' end as handler_ids,
       (select closed_at is null from cases as complaint where complaint.id = board.complaint_id) as complaint_is_open,
       array(select owner_id from cases as escalation
             where escalation.complaint_id = board.id and escalation.closed_at is null and escalation.owner_id is not null) as reviewer_ids,
       array(select name from staff where id in (select staff_id from praise where case_id = board.id and known_by = 'named') order by 1)
           as praised_names,
       array(select teams.name from praise join teams on teams.id = praise.team_id where case_id = board.id order by 1) as praised_teams,
       array(select supervisor_id from praise where case_id = board.id and handed_at is null and supervisor_id is not null
             union select above_id from praise join staff_above on staff_above.staff_id = supervisor_id
             where case_id = board.id and handed_at is null) as hands_on_ids,
       (select count(*) from praise where case_id = board.id and handed_at is null) as unheard,
       (select bool_and(sure) from praise where case_id = board.id) as names_are_sure,
       letter.state as letter_state, letter.sends_by as letter_by, coalesce(letter.writer_ids, '{}') as letter_writer_ids
from case_board as board
left join lateral (
    select letter_state(letters) as state, sends_by, writer_ids from letters where case_id = board.id order by version desc limit 1
) as letter on true;
comment on view case_facts is 'Each case with whatever a guard may ask of it: its response on its way, its letter, who is above its owner, who handled it.';
grant select on case_facts to dashboard_app, dashboard_system;
