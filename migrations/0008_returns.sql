-- A village may return what its natural villages have told (spec §9). What was told before has been told; what villages say of
-- themselves has no state.

update population set status = 'told' where status = '' and level = 6;
update ethnic_groups set status = 'told' where status = '' and level = 6;
update homesteads set status = 'told' where status = '' and level = 6;
update vacant_land set status = 'told' where status = '' and level = 6;
update buildings set status = 'told' where status = '' and level = 6;
update collective_land set status = 'told' where status = '' and level = 6;
update fire_safety set status = 'told' where status = '' and level = 6;
update hamlet_absences set status = 'told' where status = '' and level = 6;
update roads set status = 'told' where status = '' and level = 6;
update facilities set status = 'told' where status = '' and level = 6;
update public_services set status = 'told' where status = '' and level = 6;

create index population_status on population (status, region) where deleted_at is null;
create index ethnic_groups_status on ethnic_groups (status, region) where deleted_at is null;
create index homesteads_status on homesteads (status, region) where deleted_at is null;
create index vacant_land_status on vacant_land (status, region) where deleted_at is null;
create index buildings_status on buildings (status, region) where deleted_at is null;
create index collective_land_status on collective_land (status, region) where deleted_at is null;
create index fire_safety_status on fire_safety (status, region) where deleted_at is null;
create index hamlet_absences_status on hamlet_absences (status, region) where deleted_at is null;
create index roads_status on roads (status, region) where deleted_at is null;
create index facilities_status on facilities (status, region) where deleted_at is null;
create index public_services_status on public_services (status, region) where deleted_at is null;
