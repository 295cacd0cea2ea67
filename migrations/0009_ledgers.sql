-- 台账信息 (spec §11): divisions are counted by level, and natural villages outside 纳入规划 are left out of every sum.

create index regions_planned on regions (level, planned, code);
