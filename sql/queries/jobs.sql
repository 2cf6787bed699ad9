-- name: only_one
-- Whether nobody else makes the rounds of a worker until this transaction ends.
select pg_try_advisory_xact_lock(hashtextextended('rounds of the worker', 311))

-- name: workers
-- How many workers gave a sign of life in the last minute.
select count(*) from procrastinate_workers where last_heartbeat > clock_timestamp() - interval '1 minute'

-- name: broken
-- How many jobs of the last day ended in an error of ours.
select count(distinct job.id)
from procrastinate_jobs as job
join procrastinate_events as event on event.job_id = job.id and event.type = 'failed'
where job.status = 'failed' and event.at > clock_timestamp() - interval '1 day'
