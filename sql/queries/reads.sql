-- name: page
-- Reads and exports before a place in the log, newest first: of cases that this person may see, or of anything if they may see all.
select access_log.id, access_log.at, access_log.by_id, staff.name as by_name, access_log.what, access_log.detail, access_log.why,
       cases.request_no, cases.kind
from access_log
join staff on staff.id = access_log.by_id
left join cases on cases.id = access_log.case_id
where (cast(:before as bigint) is null or access_log.id < :before)
  and (cast(:who as bigint) is null or access_log.by_id = :who)
  and (cast(:what as text) is null or access_log.what = :what)
  and (cast(:request_no as text) is null or cases.request_key = as_request_no(:request_no))
  and (cast(:first as date) is null or access_log.at >= cast(cast(:first as date) as timestamp) at time zone 'America/Toronto')
  and (cast(:last as date) is null or access_log.at < cast(cast(:last as date) + 1 as timestamp) at time zone 'America/Toronto')
  and case when access_log.case_id is null then :sees_all else may_see(cases, :viewer) end
order by access_log.id desc
limit :most

-- name: readers
-- Everybody whose name is in what this person may see of the log.
select staff.id, staff.name
from staff
where exists (
    select from access_log
    left join cases on cases.id = access_log.case_id
    where access_log.by_id = staff.id and case when access_log.case_id is null then :sees_all else may_see(cases, :viewer) end)
order by staff.name

-- name: log
-- A read or an export, of a case or of none.
insert into access_log (by_id, case_id, what, detail, why)
values (:by, cast(:case_id as bigint), :what, cast(:detail as text), cast(:why as text))

-- name: log_file
-- A file of a case about a person was taken along.
insert into access_log (by_id, case_id, what, detail)
select :by, cases.id, 'export', 'file' from cases where cases.id = :case_id and cardinality(cases.subject_ids) > 0
