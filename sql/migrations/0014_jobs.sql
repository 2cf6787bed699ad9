-- The queue of jobs: the tables that procrastinate 3.10.0 brings along, made by its own schema. Whoever upgrades the package adds
-- its migrations since as one of ours; a test says so.
/* the schema of procrastinate */

comment on table procrastinate_jobs is 'What a worker has to do. A job that is done is deleted; what it did is told by notices.';
comment on table procrastinate_events is 'What became of each job that is still there.';
comment on table procrastinate_workers is 'The workers that run now, each with its last sign of life.';
comment on table procrastinate_periodic_defers is 'Unused: what is due each morning is a row of digests.';

-- The application defers jobs in the transaction of the move, and its worker fetches, ends and deletes them.
grant select, insert, update, delete on procrastinate_jobs, procrastinate_workers to dashboard_app;
grant select, insert, delete on procrastinate_events to dashboard_app;
grant select, update on procrastinate_periodic_defers to dashboard_app; -- a deleted job is unlinked from them
grant usage on sequence procrastinate_jobs_id_seq, procrastinate_events_id_seq to dashboard_app;
