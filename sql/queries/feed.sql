-- name: admit
-- Whether this client may ask once more now: a bucket that holds a minute's worth and drains evenly. One statement, so that it holds
-- over any number of replicas; a row comes back only to whom is admitted.
insert into api_rates as rate (client, full_at)
values (:client, clock_timestamp() + make_interval(secs => 60.0 / :per_minute))
on conflict (client) do update
set full_at = greatest(rate.full_at, clock_timestamp()) + make_interval(secs => 60.0 / :per_minute)
where greatest(rate.full_at, clock_timestamp()) + make_interval(secs => 60.0 / :per_minute) <= clock_timestamp() + interval '1 minute'
returning true

-- name: claim
-- The first to come with this key; one that comes at the same moment waits here until the first is done.
insert into api_answers (client, key, digest) values (:client, :key, :digest) on conflict do nothing

-- name: known
-- What was answered to this key, and to what.
select digest, status, answer from api_answers where client = :client and key = :key

-- name: keep
-- What was answered to this key.
update api_answers set status = :status, answer = cast(:answer as jsonb) where client = :client and key = :key

-- name: forget
-- Nothing was done with this key yet: it may come again.
delete from api_answers where client = :client and key = :key
