-- History of prices. Times are Unix milliseconds, prices and volumes USD, as doubles that come back to the last bit.

create table coin (
  coin_id int4 primary key,
  symbol text collate "C" not null,
  name text not null,
  -- In lower case as the service does it: databases differ in what that is.
  symbol_key text collate "C" not null unique,
  name_key text collate "C" not null unique
);

create table token (
  token_id int4 primary key,
  id text collate "C" not null unique,
  symbol text,
  name text
);

-- Days of coins, as imported. recorded_at_ms: when this revision was written.
create table coin_day (
  coin_id int4 not null,
  open_time_ms int8 not null,
  open float8 not null,
  high float8 not null,
  low float8 not null,
  close float8 not null,
  volume float8,
  market_cap float8,
  revision int4 not null,
  recorded_at_ms int8 not null,
  primary key (coin_id, open_time_ms)
);

-- Minutes of tokens, as the board showed them.
create table token_minute (
  token_id int4 not null,
  open_time_ms int8 not null,
  open float8 not null,
  high float8 not null,
  low float8 not null,
  close float8 not null,
  volume float8,
  market_cap float8,
  revision int4 not null,
  recorded_at_ms int8 not null,
  primary key (token_id, open_time_ms)
);

-- Earlier revisions, for those who ask what was there at some time.
create table coin_day_was (
  like coin_day,
  superseded_at_ms int8 not null,
  primary key (coin_id, open_time_ms, revision)
);
create table token_minute_was (
  like token_minute,
  superseded_at_ms int8 not null,
  primary key (token_id, open_time_ms, revision)
);

-- Hours, always exactly what the minutes say; written together with them.
create table token_hour (
  token_id int4 not null,
  open_time_ms int8 not null,
  open float8 not null,
  high float8 not null,
  low float8 not null,
  close float8 not null,
  volume numeric,
  market_cap float8,
  records int4 not null,
  revision int8 not null,
  last_time_ms int8 not null,
  recorded_at_ms int8 not null,
  primary key (token_id, open_time_ms)
);

-- Where an import waits until all of it is there.
create unlogged table coin_day_staged (
  import_id text not null,
  seq int4 not null,
  staged_at_ms int8 not null,
  symbol text not null,
  name text not null,
  symbol_key text collate "C" not null,
  name_key text collate "C" not null,
  open_time_ms int8 not null,
  open float8 not null,
  high float8 not null,
  low float8 not null,
  close float8 not null,
  volume float8,
  market_cap float8,
  primary key (import_id, seq)
);

-- The minutes of a token as they were at some time; of a minute that was not over then there is nothing to see.
create function token_minutes_at(token int4, from_ms int8, to_ms int8, as_of_ms int8) returns setof token_minute
language sql stable
as $$
  select token_id, open_time_ms, open, high, low, close, volume, market_cap, revision, recorded_at_ms
  from token_minute
  where token_id = token and open_time_ms >= from_ms and open_time_ms < to_ms
    and open_time_ms <= as_of_ms - 60000 and recorded_at_ms <= as_of_ms
  union all
  select token_id, open_time_ms, open, high, low, close, volume, market_cap, revision, recorded_at_ms
  from token_minute_was
  where token_id = token and open_time_ms >= from_ms and open_time_ms < to_ms
    and open_time_ms <= as_of_ms - 60000 and recorded_at_ms <= as_of_ms and superseded_at_ms > as_of_ms
$$;
