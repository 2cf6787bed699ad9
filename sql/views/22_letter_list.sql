-- Where a letter stands. A function of its own, so that whoever asks for a case pays for it only where there is a letter.
create or replace function letter_state(l letters) returns text language sql stable parallel safe as $$
    select case
        when l.issued_at is not null then coalesce(
            (select what from letter_journeys where letter_id = l.id order by id desc limit 1), 'issued')
        when l.approved_at is not null then 'approved'
        when l.asked_at is not null then 'asked'
        else 'draft'
    end
$$;

-- Each letter as people read it, without the document itself: where it stands, who wrote, approved and issued it, how and
-- when it left.
drop view if exists letter_list;
create view letter_list as
select letters.id, letters.case_id, letters.purpose, letters.version, letters.replaces, letters.replaces_because,
       letters.parts, letters.large_print, letters.text_no, letters.drafted_at, letters.changed_at,
       letters.author_id, (select name from staff where id = letters.author_id) as author, letters.writer_ids,
       letters.asked_id, (select name from staff where id = letters.asked_id) as asked, letters.asked_at,
       letters.approved_by, (select name from staff where id = letters.approved_by) as approver, letters.approved_at,
       letters.issued_by, (select name from staff where id = letters.issued_by) as issuer, letters.issued_at,
       letters.sends_by, letters.address, letters.sha256, letters.erased_at,
       journey.at as moved_at, (select name from staff where id = journey.by_id) as mover,
       notice.id as notice_id, notice.status as notice_status, notice.problem as notice_problem,
       notice.sent_again as notice_sent_again,
       letter_state(letters) as state
from letters
left join lateral (
    select at, by_id from letter_journeys where letter_id = letters.id order by id desc limit 1
) as journey on true
left join lateral (
    select id, case when status = 'sending' and not is_leaving(notices) then 'unknown' else status end as status, problem,
           handled_by is not null as sent_again
    from notices
    where letter_id = letters.id
    order by id desc
    limit 1
) as notice on true;
comment on view letter_list is 'Each letter with its names and where it stands: draft, asked, approved, issued, left, came back.';
grant select on letter_list to dashboard_app, dashboard_system;

-- Whether somebody may be the second pair of eyes on a letter: senior management that is independent of its case and did not write
-- in it. The words of the guards of "approve letter" once more, to find people and letters by it.
create or replace function could_approve(c cases, l letters, who bigint) returns boolean language sql stable parallel safe
return exists (select from staff where id = who and active and role in ('manager', 'director'))
    and who <> all (c.subject_ids) and who <> all (c.recused_ids) and who <> all (coalesce(l.writer_ids, '{}'))
    and not exists (select from staff_above where staff_id = who and above_id = any (c.subject_ids))
    and who not in (select handlers_of(c.complaint_id));
comment on function could_approve is 'Whether this person may approve this letter of this case (R47).';
