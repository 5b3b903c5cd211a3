-- What keys have taken of their quota while no Redis counts it, so that a restart is no fresh start. taken: Unix
-- milliseconds, oldest first, each but the first as the difference from the one before, in base 36.
create table quota_kept (
  key_id text collate "C" primary key,
  taken text not null
);
