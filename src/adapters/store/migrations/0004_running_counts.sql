-- Counts of taps that are read in fewer steps, and written in fewer rows.

-- Each cell together with all before it.
create function tap_running(cells int8[]) returns int8[]
language plpgsql immutable
as $$
begin
  for i in 2 .. cardinality(cells) loop
    cells[i] := cells[i] + cells[i - 1];
  end loop;
  return cells;
end
$$;

-- The minutes of an hour as its four quarters.
create function tap_quarters(minutes int8[]) returns int8[]
language plpgsql immutable
as $$
declare
  made int8[] := array[0, 0, 0, 0];
begin
  for i in 1 .. cardinality(minutes) loop
    if minutes[i] <> 0 then
      made[(i + 14) / 15] := made[(i + 14) / 15] + minutes[i];
    end if;
  end loop;
  return made;
end
$$;

-- Days since 1970, UTC. q[n]: taps of the day before the end of its n-th quarter of an hour. So what is between two
-- boundaries is a difference, however many hours are between them. No other index: rows are updated in place.
alter table tap_d rename to tap_d_of_hours;
alter index tap_d_pkey rename to tap_d_of_hours_pkey;
create table tap_d (
  team_id int4 not null,
  day int4 not null,
  total int8 not null,
  q int8[] not null,
  primary key (team_id, day)
) with (fillfactor = 80);
insert into tap_d (team_id, day, total, q)
select team_id, day, sum(count)::int8, tap_running(tap_cells(96, array_agg(quarter), array_agg(count)))
from (
  select team_id, day, ((hour - day * 24) * 4 + number - 1)::int4 as quarter, count
  from tap_h, lateral (select (hour - (hour % 24 + 24) % 24) / 24 as day) as days,
    unnest(tap_quarters(m)) with ordinality as quarters (count, number)
  where count <> 0
) as quarters
group by team_id, day order by team_id, day;
drop table tap_d_of_hours;

-- What was recorded and is not yet in the tables that count it: a row for each team of a transaction. tags, minutes
-- and counts go together. written_by: the transaction, which says whether somebody can have seen the row at some moment.
alter table tap_delta rename to tap_delta_by_minute;
alter index tap_delta_pkey rename to tap_delta_by_minute_pkey;
create table tap_delta (
  id int8 generated always as identity,
  total int8 not null,
  written_by xid8 not null default pg_current_xact_id(),
  team_id int4 not null,
  tags int8[] not null,
  minutes int8[] not null,
  counts int8[] not null,
  primary key (team_id, id)
) with (toast_tuple_target = 8160);
insert into tap_delta (total, written_by, team_id, tags, minutes, counts)
select sum(count)::int8, written_by, team_id, array_agg(tag_uid), array_agg(minute_ms), array_agg(count)
from tap_delta_by_minute group by team_id, written_by;
drop table tap_delta_by_minute;
