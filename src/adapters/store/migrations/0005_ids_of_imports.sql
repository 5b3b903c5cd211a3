-- Rows of imports have their ids whatever team their tags are of: events of team 0, which there is not. Of rows that were
-- counted for several teams the one of the lowest team keeps the id; the others stay counted.
with moved as (
  delete from tap_seen where event_id like E'row\t%' returning *
)
insert into tap_seen (team_id, event_id, tag_uid, at_ms, count, has_time)
select 0, event_id, tag_uid, at_ms, count, has_time from moved order by team_id
on conflict do nothing;
