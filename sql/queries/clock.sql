-- name: right_now
-- This instant, by the one clock.
select right_now()

-- name: receipt
-- A receipt as it was said (null: now), and whether it is still to come or on an earlier day than today.
select coalesce(cast(:received_at as timestamptz), right_now()) as received_at,
       coalesce(cast(:received_at as timestamptz) > right_now(), false) as in_future,
       coalesce(local_date(cast(:received_at as timestamptz)) < today(), false) as backdated

-- name: local_date
-- The day of an instant in Toronto.
select local_date(cast(:at as timestamptz))
