-- Who may ask: teams and their keys. Times are Unix milliseconds.

create table team (
  team_id int4 primary key,
  name text not null,
  -- In lower case as the service does it: databases differ in what that is.
  name_key text collate "C" not null unique,
  created_at_ms int8 not null
);

-- The key itself is nowhere: digest is what it is known by.
create table api_key (
  key_id text collate "C" primary key,
  team_id int4 not null,
  digest text collate "C" not null unique,
  prefix text not null,
  ending text not null,
  name text,
  scopes text not null,
  created_at_ms int8 not null,
  expires_at_ms int8,
  revoked_at_ms int8
);
create index api_key_by_team on api_key (team_id);

-- One row. It grows in every transaction that changes a team or a key; begins anew at every restore, with another number.
create table access_version (version int8 not null);
insert into access_version values ((extract(epoch from clock_timestamp()) * 1000)::int8);

create table stream_ticket (
  digest text collate "C" primary key,
  key_id text collate "C" not null,
  expires_at_ms int8 not null
);

-- What was tapped.

create table tag (
  tag_uid int8 primary key,
  team_id int4 not null,
  name text,
  token_id text,
  target_url text,
  created_at_ms int8 not null,
  -- Its taps stay counted, and its uid is not free again.
  removed_at_ms int8
);
create index tag_by_team on tag (team_id);

-- Every event that was counted, so that none is counted twice. has_time: the client said when it happened.
create table tap_seen (
  team_id int4 not null,
  event_id text collate "C" not null,
  tag_uid int8 not null,
  at_ms int8 not null,
  count int4 not null,
  has_time boolean not null,
  primary key (team_id, event_id)
);

-- The taps: only ever added to; everything that counts can be made anew from them. A partition for each month is made when
-- it is first needed.
create table tap (
  tag_uid int8 not null,
  at_ms int8 not null,
  team_id int4 not null,
  count int4 not null
) partition by range (at_ms);
create index tap_by_tag on tap (team_id, tag_uid, at_ms) include (count);
create table tap_before partition of tap for values from (minvalue) to (1577836800000);
create table tap_after partition of tap for values from (4102444800000) to (maxvalue);

-- What was recorded and is not yet in the tables below: written with the taps, moved there a little later.
-- written_by: the transaction, which says whether somebody can have seen the row at some moment.
create table tap_delta (
  id int8 generated always as identity,
  tag_uid int8 not null,
  minute_ms int8 not null,
  count int8 not null,
  written_by xid8 not null default pg_current_xact_id(),
  team_id int4 not null,
  primary key (team_id, id)
);

-- Days and hours since 1970, UTC, with a cell for each of their hours or minutes. No other index: rows are updated in place.
create table tap_d (
  team_id int4 not null,
  day int4 not null,
  total int8 not null,
  h int8[] not null,
  primary key (team_id, day)
) with (fillfactor = 80);
create table tap_h (
  team_id int4 not null,
  hour int4 not null,
  total int8 not null,
  m int8[] not null,
  primary key (team_id, hour)
) with (fillfactor = 80);

-- All taps of a team that the tables above have.
create table tap_total (
  team_id int4 primary key,
  total int8 not null
) with (fillfactor = 80);

-- One row: totals of another life of these tables are told apart by it.
create table tap_epoch (epoch int8 not null);
insert into tap_epoch values ((extract(epoch from clock_timestamp()) * 1000)::int8);

-- What was answered to a request that may be sent again. fates: one letter for each tap.
create table tap_answer (
  team_id int4 not null,
  retry_key text collate "C" not null,
  fingerprint text not null,
  fates text not null,
  at_ms int8 not null,
  primary key (team_id, retry_key)
);
create index tap_answer_by_time on tap_answer (at_ms);

-- So many cells, with amounts put into some of them; cells count from 0.
create function tap_cells(size int4, cells int4[], amounts int8[]) returns int8[]
language plpgsql immutable
as $$
declare
  made int8[] := array_fill(0::int8, array[size]);
begin
  for i in 1 .. cardinality(cells) loop
    made[cells[i] + 1] := made[cells[i] + 1] + amounts[i];
  end loop;
  return made;
end
$$;

create function tap_sum(a int8[], b int8[]) returns int8[]
language plpgsql immutable
as $$
begin
  for i in 1 .. cardinality(a) loop
    if b[i] <> 0 then
      a[i] := a[i] + b[i];
    end if;
  end loop;
  return a;
end
$$;
