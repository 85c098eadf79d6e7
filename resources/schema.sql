CREATE TABLE admitted_key (
    public_key VARCHAR NOT NULL,
    school VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    how VARCHAR NOT NULL,
    at VARCHAR NOT NULL,
    archive VARCHAR,
    "before" VARCHAR,
    form INTEGER DEFAULT '1' NOT NULL,
    PRIMARY KEY (public_key, school)
);
CREATE TABLE at_risk (
    id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    school_class VARCHAR,
    kind VARCHAR,
    pupils INTEGER,
    found DATE,
    measure VARCHAR,
    owner VARCHAR,
    returned DATE,
    PRIMARY KEY (id)
);
CREATE INDEX ix_at_risk_position ON at_risk (position);
CREATE TABLE care (
    id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    school_class VARCHAR,
    kind VARCHAR,
    pupils INTEGER,
    measure VARCHAR,
    date DATE,
    PRIMARY KEY (id)
);
CREATE INDEX ix_care_position ON care (position);
CREATE TABLE complete (
    record VARCHAR NOT NULL,
    PRIMARY KEY (record)
);
CREATE TABLE county_evidence (
    id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    item VARCHAR,
    met BOOLEAN,
    value INTEGER,
    number VARCHAR,
    date DATE,
    files VARCHAR,
    note VARCHAR,
    PRIMARY KEY (id)
);
CREATE INDEX ix_county_evidence_position ON county_evidence (position);
CREATE TABLE county_funding (
    id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    quota_primary INTEGER,
    quota_lower_secondary INTEGER,
    special_funds INTEGER,
    special_pupils INTEGER,
    teacher_pay INTEGER,
    official_pay INTEGER,
    payroll INTEGER,
    training_funds INTEGER,
    pooled_funds INTEGER,
    running_funds INTEGER,
    education_funds INTEGER,
    gdp INTEGER,
    spending INTEGER,
    spending_before INTEGER,
    per_pupil INTEGER,
    per_pupil_before INTEGER,
    appropriation INTEGER,
    appropriation_before INTEGER,
    revenue INTEGER,
    revenue_before INTEGER,
    teacher_pay_before INTEGER,
    running_per_pupil INTEGER,
    running_per_pupil_before INTEGER,
    PRIMARY KEY (id)
);
CREATE TABLE county_meeting (
    id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    kind VARCHAR,
    date DATE,
    topic VARCHAR,
    document VARCHAR,
    PRIMARY KEY (id)
);
CREATE INDEX ix_county_meeting_position ON county_meeting (position);
CREATE TABLE county_monitoring (
    id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    subject VARCHAR,
    level INTEGER,
    difference INTEGER,
    year INTEGER,
    PRIMARY KEY (id)
);
CREATE INDEX ix_county_monitoring_position ON county_monitoring (position);
CREATE TABLE county_people (
    id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    eligible INTEGER,
    rotated INTEGER,
    rotated_backbone INTEGER,
    senior_high_plan INTEGER,
    senior_high_quota INTEGER,
    senior_high_rural INTEGER,
    migrants INTEGER,
    migrants_public INTEGER,
    migrants_bought INTEGER,
    disabled INTEGER,
    disabled_enrolled INTEGER,
    disabled_special INTEGER,
    compulsory_pupils INTEGER,
    private_pupils INTEGER,
    PRIMARY KEY (id)
);
CREATE TABLE county_profile (
    id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    population INTEGER,
    rural_population INTEGER,
    townships INTEGER,
    villages INTEGER,
    gdp_per_head INTEGER,
    revenue_per_head INTEGER,
    rural_income INTEGER,
    urban_income INTEGER,
    special_schools INTEGER,
    PRIMARY KEY (id)
);
CREATE TABLE county_project (
    id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    name VARCHAR,
    school VARCHAR,
    kind VARCHAR,
    places INTEGER,
    area INTEGER,
    money INTEGER,
    planned DATE,
    done DATE,
    PRIMARY KEY (id)
);
CREATE INDEX ix_county_project_position ON county_project (position);
CREATE TABLE county_rectification (
    id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    item VARCHAR,
    stage VARCHAR,
    problem VARCHAR,
    measure VARCHAR,
    owner VARCHAR,
    deadline DATE,
    done DATE,
    school VARCHAR,
    PRIMARY KEY (id)
);
CREATE INDEX ix_county_rectification_position ON county_rectification (position);
CREATE TABLE county_satisfaction (
    id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    questionnaires INTEGER,
    valid INTEGER,
    satisfied INTEGER,
    visited INTEGER,
    visited_satisfied INTEGER,
    parent_questionnaires INTEGER,
    parent_valid INTEGER,
    parent_satisfied INTEGER,
    parent_visited INTEGER,
    parent_visited_satisfied INTEGER,
    PRIMARY KEY (id)
);
CREATE TABLE course (
    id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    grade VARCHAR,
    subject VARCHAR,
    weekly INTEGER,
    planned INTEGER,
    PRIMARY KEY (id)
);
CREATE INDEX ix_course_position ON course (position);
CREATE TABLE decision (
    id VARCHAR NOT NULL,
    seq INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    submission VARCHAR NOT NULL,
    over VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    at VARCHAR NOT NULL,
    details VARCHAR DEFAULT '{}' NOT NULL,
    signature BLOB,
    PRIMARY KEY (id)
);
CREATE TABLE equipment (
    id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    name VARCHAR,
    quantity INTEGER,
    value INTEGER,
    PRIMARY KEY (id)
);
CREATE INDEX ix_equipment_position ON equipment (position);
CREATE TABLE evidence (
    id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    item VARCHAR,
    met BOOLEAN,
    value INTEGER,
    number VARCHAR,
    date DATE,
    files VARCHAR,
    note VARCHAR,
    PRIMARY KEY (id)
);
CREATE INDEX ix_evidence_position ON evidence (position);
CREATE TABLE expected_school (
    code VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    kind VARCHAR,
    PRIMARY KEY (code)
);
CREATE TABLE funding (
    id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    equipment_value INTEGER,
    budget INTEGER,
    final_account INTEGER,
    training_budget INTEGER,
    training_spent INTEGER,
    pupils_before INTEGER,
    granted INTEGER,
    quota_primary INTEGER,
    quota_lower_secondary INTEGER,
    special_pupils_before INTEGER,
    special_granted INTEGER,
    PRIMARY KEY (id)
);
CREATE TABLE homework (
    id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    date DATE,
    school_class VARCHAR,
    subject VARCHAR,
    written BOOLEAN,
    planned INTEGER,
    measured INTEGER,
    PRIMARY KEY (id)
);
CREATE INDEX ix_homework_position ON homework (position);
CREATE TABLE intake_log (
    number INTEGER NOT NULL,
    line VARCHAR NOT NULL,
    link VARCHAR NOT NULL,
    signature BLOB,
    PRIMARY KEY (number)
);
CREATE TABLE issued_receipt (
    school VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    id VARCHAR NOT NULL,
    at VARCHAR NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (school, number)
);
CREATE TABLE journal (
    seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    at VARCHAR NOT NULL,
    who VARCHAR NOT NULL,
    record VARCHAR NOT NULL,
    "key" VARCHAR NOT NULL,
    field VARCHAR NOT NULL,
    old VARCHAR,
    new VARCHAR
);
CREATE TABLE kept_entry (
    place VARCHAR NOT NULL,
    "key" VARCHAR NOT NULL,
    content BLOB NOT NULL,
    mac BLOB,
    PRIMARY KEY (place)
);
CREATE TABLE last_round (
    school VARCHAR NOT NULL,
    stage VARCHAR NOT NULL,
    code VARCHAR NOT NULL,
    pupils INTEGER NOT NULL,
    numerator VARCHAR NOT NULL,
    denominator VARCHAR NOT NULL,
    PRIMARY KEY (school, stage, code)
);
CREATE TABLE list_before (
    submission VARCHAR NOT NULL,
    PRIMARY KEY (submission)
);
CREATE TABLE meta (
    name VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    PRIMARY KEY (name)
);
CREATE TABLE phoned (
    submission VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    at VARCHAR NOT NULL,
    PRIMARY KEY (submission)
);
CREATE TABLE previous_figure (
    name VARCHAR NOT NULL,
    stage VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    PRIMARY KEY (name, stage)
);
CREATE TABLE printed (
    paper VARCHAR NOT NULL,
    data_id VARCHAR NOT NULL,
    at VARCHAR NOT NULL,
    PRIMARY KEY (paper)
);
CREATE TABLE question (
    id VARCHAR NOT NULL,
    school VARCHAR NOT NULL,
    submission VARCHAR NOT NULL,
    record VARCHAR NOT NULL,
    "key" VARCHAR NOT NULL,
    field VARCHAR NOT NULL,
    base VARCHAR,
    text VARCHAR NOT NULL,
    at VARCHAR NOT NULL,
    closed VARCHAR,
    PRIMARY KEY (id)
);
CREATE TABLE reason (
    finding VARCHAR NOT NULL,
    text VARCHAR NOT NULL,
    PRIMARY KEY (finding)
);
CREATE TABLE receipt (
    id VARCHAR NOT NULL,
    at VARCHAR NOT NULL,
    checked INTEGER NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (id)
);
CREATE TABLE rectification (
    id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    item VARCHAR,
    stage VARCHAR,
    problem VARCHAR,
    measure VARCHAR,
    owner VARCHAR,
    deadline DATE,
    done DATE,
    PRIMARY KEY (id)
);
CREATE INDEX ix_rectification_position ON rectification (position);
CREATE TABLE refused (
    id VARCHAR NOT NULL,
    public_key VARCHAR DEFAULT '' NOT NULL,
    flawed INTEGER DEFAULT '0' NOT NULL,
    "before" VARCHAR,
    prev VARCHAR,
    school VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    code VARCHAR NOT NULL,
    text VARCHAR NOT NULL,
    file_name VARCHAR NOT NULL,
    at VARCHAR NOT NULL,
    PRIMARY KEY (id, public_key)
);
CREATE TABLE room (
    id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    name VARCHAR,
    kind VARCHAR,
    area INTEGER,
    multimedia BOOLEAN,
    built_year INTEGER,
    shared BOOLEAN,
    also_for VARCHAR,
    network BOOLEAN,
    stage VARCHAR,
    PRIMARY KEY (id)
);
CREATE INDEX ix_room_position ON room (position);
CREATE TABLE rotation (
    id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    teacher VARCHAR,
    direction VARCHAR,
    partner VARCHAR,
    begins DATE,
    ends DATE,
    PRIMARY KEY (id)
);
CREATE INDEX ix_rotation_position ON rotation (position);
CREATE TABLE round_file (
    id VARCHAR NOT NULL,
    epoch INTEGER NOT NULL,
    version INTEGER NOT NULL,
    at VARCHAR NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (id)
);
CREATE TABLE row_digest (
    name VARCHAR NOT NULL,
    total INTEGER NOT NULL,
    PRIMARY KEY (name)
);
CREATE TABLE school (
    id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    name VARCHAR,
    code VARCHAR,
    kind VARCHAR,
    system VARCHAR,
    area_class VARCHAR,
    organiser VARCHAR,
    ownership VARCHAR,
    boarding BOOLEAN,
    built_year INTEGER,
    planned_by_2010 BOOLEAN,
    planned_by_2016 BOOLEAN,
    dense_centre BOOLEAN,
    small_rural BOOLEAN,
    small_classes BOOLEAN,
    broadband BOOLEAN,
    counted BOOLEAN,
    parent_code VARCHAR,
    separate_campuses BOOLEAN,
    filled_by VARCHAR,
    reviewed_by VARCHAR,
    principal VARCHAR,
    phone VARCHAR,
    PRIMARY KEY (id)
);
CREATE TABLE school_class (
    id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    name VARCHAR,
    grade VARCHAR,
    pupils INTEGER,
    boarders INTEGER,
    catchment INTEGER,
    came_in INTEGER,
    went_out INTEGER,
    PRIMARY KEY (id)
);
CREATE INDEX ix_school_class_position ON school_class (position);
CREATE TABLE school_total (
    id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    classes INTEGER,
    classes_to_25 INTEGER,
    classes_26_30 INTEGER,
    classes_31_35 INTEGER,
    classes_36_40 INTEGER,
    classes_41_45 INTEGER,
    classes_46_50 INTEGER,
    classes_51_55 INTEGER,
    classes_56_60 INTEGER,
    classes_61_65 INTEGER,
    classes_from_66 INTEGER,
    teachers INTEGER,
    backbone INTEGER,
    certified INTEGER,
    trained INTEGER,
    pe INTEGER,
    music INTEGER,
    fine_art INTEGER,
    art INTEGER,
    staff INTEGER,
    middle_titles INTEGER,
    visiting_pe INTEGER,
    visiting_music INTEGER,
    visiting_fine_art INTEGER,
    visiting_art INTEGER,
    migrants INTEGER,
    senior_high_pupils INTEGER,
    teaching_area INTEGER,
    indoor_sports_area INTEGER,
    gym_area INTEGER,
    field_area INTEGER,
    rented_area INTEGER,
    other_sports_area INTEGER,
    multimedia_rooms INTEGER,
    music_rooms INTEGER,
    music_rooms_96 INTEGER,
    music_rooms_73 INTEGER,
    music_rooms_61 INTEGER,
    art_rooms INTEGER,
    art_rooms_90 INTEGER,
    art_rooms_67 INTEGER,
    art_rooms_61 INTEGER,
    computers INTEGER,
    books INTEGER,
    attached_kindergarten INTEGER,
    attached_primary INTEGER,
    nine_year_cohort INTEGER,
    nine_year_in INTEGER,
    nine_year_out INTEGER,
    nine_year_died INTEGER,
    PRIMARY KEY (id)
);
CREATE TABLE section_total (
    id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    classes INTEGER,
    classes_to_25 INTEGER,
    classes_26_30 INTEGER,
    classes_31_35 INTEGER,
    classes_36_40 INTEGER,
    classes_41_45 INTEGER,
    classes_46_50 INTEGER,
    classes_51_55 INTEGER,
    classes_56_60 INTEGER,
    classes_61_65 INTEGER,
    classes_from_66 INTEGER,
    teachers INTEGER,
    backbone INTEGER,
    certified INTEGER,
    trained INTEGER,
    pe INTEGER,
    music INTEGER,
    fine_art INTEGER,
    art INTEGER,
    staff INTEGER,
    middle_titles INTEGER,
    visiting_pe INTEGER,
    visiting_music INTEGER,
    visiting_fine_art INTEGER,
    visiting_art INTEGER,
    pupils INTEGER,
    catchment_pupils INTEGER,
    associate INTEGER,
    bachelor INTEGER,
    master INTEGER,
    doctor INTEGER,
    graduates INTEGER,
    cohort INTEGER,
    transferred_in INTEGER,
    transferred_out INTEGER,
    died INTEGER,
    intake INTEGER,
    catchment_intake INTEGER,
    own_teaching_area INTEGER,
    own_indoor_sports_area INTEGER,
    own_gym_area INTEGER,
    own_field_area INTEGER,
    own_equipment_value INTEGER,
    own_multimedia_rooms INTEGER,
    own_computers INTEGER,
    own_books INTEGER,
    PRIMARY KEY (id)
);
CREATE TABLE sent (
    id VARCHAR NOT NULL,
    seq INTEGER NOT NULL,
    writer VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    data_id VARCHAR NOT NULL,
    at VARCHAR NOT NULL,
    file_name VARCHAR NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (id)
);
CREATE TABLE special_needs (
    id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    school_class VARCHAR,
    mode VARCHAR,
    pupils INTEGER,
    "plan" BOOLEAN,
    note VARCHAR,
    PRIMARY KEY (id)
);
CREATE INDEX ix_special_needs_position ON special_needs (position);
CREATE TABLE sports_ground (
    id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    name VARCHAR,
    kind VARCHAR,
    area INTEGER,
    contract VARCHAR,
    contract_until DATE,
    "exclusive" BOOLEAN,
    walk_minutes INTEGER,
    stage VARCHAR,
    PRIMARY KEY (id)
);
CREATE INDEX ix_sports_ground_position ON sports_ground (position);
CREATE TABLE staffing (
    id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    establishment INTEGER,
    positions INTEGER,
    in_post INTEGER,
    off_post INTEGER,
    contract INTEGER,
    substitutes INTEGER,
    off_post_reason VARCHAR,
    eligible INTEGER,
    rotated INTEGER,
    rotated_backbone INTEGER,
    PRIMARY KEY (id)
);
CREATE TABLE submission (
    id VARCHAR NOT NULL,
    public_key VARCHAR NOT NULL,
    "before" VARCHAR,
    school VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    year INTEGER NOT NULL,
    writer VARCHAR NOT NULL,
    seq INTEGER NOT NULL,
    prev VARCHAR,
    seen VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    data_id VARCHAR NOT NULL,
    practice INTEGER NOT NULL,
    file_name VARCHAR NOT NULL,
    received VARCHAR NOT NULL,
    read INTEGER NOT NULL,
    size INTEGER NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (id, public_key)
);
CREATE INDEX submission_school ON submission (school);
CREATE TABLE taken (
    id VARCHAR NOT NULL,
    writer VARCHAR NOT NULL,
    seq INTEGER NOT NULL,
    at VARCHAR NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (id)
);
CREATE TABLE teacher (
    id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    name VARCHAR,
    birth_month VARCHAR,
    stage VARCHAR,
    subject VARCHAR,
    degree VARCHAR,
    certificate BOOLEAN,
    backbone VARCHAR,
    post VARCHAR,
    hired DATE,
    title VARCHAR,
    certificate_date DATE,
    backbone_document VARCHAR,
    rotation_eligible BOOLEAN,
    PRIMARY KEY (id)
);
CREATE INDEX ix_teacher_position ON teacher (position);
CREATE TABLE tombstone (
    record VARCHAR NOT NULL,
    "key" VARCHAR NOT NULL,
    PRIMARY KEY (record, "key")
);
CREATE TABLE training (
    id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    teacher VARCHAR,
    year INTEGER,
    hours INTEGER,
    content VARCHAR,
    proof VARCHAR,
    PRIMARY KEY (id)
);
CREATE INDEX ix_training_position ON training (position);
CREATE TABLE training_expense (
    id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    date DATE,
    use VARCHAR,
    amount INTEGER,
    content VARCHAR,
    voucher VARCHAR,
    PRIMARY KEY (id)
);
CREATE INDEX ix_training_expense_position ON training_expense (position);
CREATE TABLE unkept (
    id VARCHAR NOT NULL,
    public_key VARCHAR NOT NULL,
    school VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    file_name VARCHAR NOT NULL,
    prev VARCHAR,
    at VARCHAR NOT NULL,
    PRIMARY KEY (id, public_key)
);
CREATE TABLE unread (
    record VARCHAR NOT NULL,
    "key" VARCHAR NOT NULL,
    field VARCHAR NOT NULL,
    text VARCHAR NOT NULL,
    PRIMARY KEY (record, "key", field)
);
