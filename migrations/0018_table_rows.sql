-- Rows of 核心数据指标表 and 结构调整表, version by version, as far as the dictionary has changed them (spec A17, A18, S9.3). A
-- version is the day of its changes and has all rows; a record keeps the version that it was filled by.
create table table_rows (
    sheet text not null,
    version text not null,
    item text not null,
    position bigint not null,
    -- What the row says about itself, heading by heading, with tabs between.
    about text not null,
    required bigint not null,
    -- The subtotal that a row counts into which was not built in.
    counts_into text not null,
    ended bigint not null,
    primary key (sheet, version, item)
);
