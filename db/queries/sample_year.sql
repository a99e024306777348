-- A school year of made-up records (sample_year.py). Statements are parted by an empty line.
-- Parameters: school_id, first, last, until.

-- Chance without chance: the same cells are filled in every run.
create or replace function pg_temp.dice(what bigint, seed bigint) returns bigint language sql immutable
return abs(hashint8extended(what, seed) % 1000)

drop table if exists pg_temp.sample_lesson, pg_temp.sample_seat

create temporary table sample_lesson (like lesson, nth bigint, chance bigint) on commit drop

insert into sample_lesson
select * from (
    select lesson.*, row_number() over (partition by course_id order by date, number), pg_temp.dice(id, 1)
    from lesson
    where school_id = :school_id and date <= :last
) numbered
where date >= :first and ends_at <= :until
order by id

create temporary table sample_seat (lesson_id bigint, pupil_id bigint, grade int) on commit drop

insert into sample_seat
select lesson.id, enrolment.pupil_id, study_group.grade
from sample_lesson lesson
join course on course.id = lesson.course_id
join course_group on course_group.course_id = course.id
join study_group on study_group.id = course_group.group_id
join enrolment on enrolment.group_id = study_group.id
    and lesson.date between enrolment.starts_on and coalesce(enrolment.ends_on, 'infinity')
where course.subgroup is null
   or exists (
       select from subgroup_member member
       where member.course_id = course.id and member.pupil_id = enrolment.pupil_id
         and lesson.date between member.starts_on and coalesce(member.ends_on, 'infinity'))

analyze sample_lesson, sample_seat

insert into register (lesson_id, opened_at, taken_at, taken_by)
select id, starts_at, starts_at + interval '3 minutes', teacher_id
from sample_lesson
on conflict do nothing

insert into attendance (lesson_id, pupil_id, status, late_minutes, source, set_by, set_at, alert_at)
select lesson.id, pupil_id, case when dice < 40 then 'absent' else 'late' end,
       case when dice >= 40 then 5 + dice % 10 end, 'teacher', teacher_id, starts_at,
       case when dice < 40 then starts_at + interval '8 minutes' end
from sample_lesson lesson
join sample_seat on lesson_id = lesson.id
cross join lateral pg_temp.dice(lesson.id * 1000003 + pupil_id, 2) dice
where dice < 50
on conflict do nothing

insert into lesson_topic (lesson_id, plan_topic_id, topic, kind, set_by, set_at)
select lesson.id, plan_topic.id, coalesce(plan_topic.topic, 'Тема ' || nth),
       coalesce(plan_topic.kind, 'lesson'), teacher_id, ends_at
from sample_lesson lesson
join course on course.id = lesson.course_id
join lateral (
    select min(grade) as grade
    from study_group
    join course_group on course_group.group_id = study_group.id
    where course_group.course_id = course.id
) classes on true
left join plan_topic on plan_topic.year_id = course.year_id and plan_topic.subject_id = course.subject_id
    and plan_topic.grade = classes.grade and plan_topic.variant = '1' and plan_topic.number = nth
on conflict do nothing

insert into homework (school_id, lesson_id, text, due_on, for_everyone, set_by, set_at)
select lesson.school_id, lesson.id, '§ ' || 1 + nth / 2 || ', № ' || nth * 3 || '–' || nth * 3 + 4,
       coming.date, true, lesson.teacher_id, lesson.ends_at
from sample_lesson lesson
join lateral (
    select date from lesson later
    where later.course_id = lesson.course_id and later.date > lesson.date
    order by date limit 1
) coming on true
where chance < 700

update register set no_homework_at = lesson.ends_at
from sample_lesson lesson
where register.lesson_id = lesson.id
  and not exists (select from homework where homework.lesson_id = lesson.id)

insert into work (school_id, lesson_id, position, kind_id, weight, title, created_by, created_at)
select lesson.school_id, lesson.id, 1, work_kind.id, work_kind.weight, '', teacher_id, starts_at
from sample_lesson lesson
join lesson_topic topic on topic.lesson_id = lesson.id
join work_kind on work_kind.school_id = lesson.school_id
    and work_kind.code = case when topic.kind = 'control' then 'control'
                              when topic.plan_topic_id is null and nth % 12 = 0 then 'control'
                              when nth % 5 = 0 then 'independent' else 'lesson' end
on conflict do nothing

analyze lesson, register, attendance, work

-- Control and independent works are everybody's; at an ordinary lesson one in seven is asked.
insert into mark (work_id, pupil_id, value, comment, given_on, set_by, set_at)
select work.id, seat.pupil_id,
       (array['5', '5', '5', '4', '4', '4', '4', '3', '3', '2'])[
           least(10, greatest(1, of_cell % 10 + of_pupil % 7 - 2))],
       '', lesson.date, lesson.teacher_id, lesson.ends_at
from sample_lesson lesson
join work on work.lesson_id = lesson.id
join work_kind on work_kind.id = work.kind_id
join sample_seat seat on seat.lesson_id = lesson.id
cross join lateral pg_temp.dice(lesson.id * 1000003 + seat.pupil_id, 3) of_cell
cross join lateral pg_temp.dice(seat.pupil_id, 4) of_pupil
where seat.grade > 1 and (work_kind.code <> 'lesson' or of_cell < 140)
  and not exists (
      select from attendance
      where attendance.lesson_id = lesson.id and attendance.pupil_id = seat.pupil_id and status = 'absent')
on conflict do nothing

insert into final_mark (school_id, year_id, course_id, subject_id, pupil_id, kind, term_id, value, comment,
                        average, marks, given_on, set_by, set_at)
select school_id, year_id, course_id, subject_id, pupil_id, 'term', term_id,
       case when marks < 3 then 'not_assessed' else (array['2', '3', '4', '5'])[
           1 + (average >= 2.5)::int + (average >= 3.5)::int + (average >= 4.5)::int] end,
       '', average, marks, ends_on, teacher_id, last_lesson
from (
    select course.school_id, course.year_id, course.id as course_id, course.subject_id, mark.pupil_id,
           term.id as term_id, term.ends_on, count(*) as marks, min(lesson.teacher_id) as teacher_id,
           max(lesson.ends_at) as last_lesson,
           round(sum(mark.value::numeric * work.weight) / sum(work.weight), 2) as average
    from sample_lesson lesson
    join course on course.id = lesson.course_id
    join work on work.lesson_id = lesson.id
    join mark on mark.work_id = work.id and mark.value in ('2', '3', '4', '5')
    join sample_seat seat on seat.lesson_id = lesson.id and seat.pupil_id = mark.pupil_id
    join term on term.year_id = course.year_id and lesson.date between term.starts_on and term.ends_on
        and (term.grades is null or seat.grade = any (term.grades)) and term.ends_on < cast(:until as date)
    group by course.id, mark.pupil_id, term.id
) results
on conflict do nothing

-- Also what an import may have brought just now: autovacuum would look at it only in a minute.
analyze homework, lesson_topic, mark, final_mark, study_group, course, course_group, course_teacher, slot,
        person, enrolment, subgroup_member, guardianship, consent
