"""Invented people and what their documents say. Phone numbers are from ranges kept free for fiction."""

from dataclasses import replace
from hashlib import sha256

from reports.contents import (
    Addendum,
    Band,
    ClinicalRecord,
    CourseReport,
    Deviation,
    Finding,
    Letter,
    Lot,
    Measure,
    MuscleRow,
    Outcome,
    Patient,
    PatientSummary,
    Point,
    Practice,
    Practitioner,
    Referral,
    SiteRow,
    Soreness,
    Spot,
    Visit,
    Warning,
)

PRACTICE = Practice(
    "Banksia Lane Osteopathy",
    "12 Banksia Lane, Wattleford VIC 3999",
    "(03) 5550 0142",
    "(03) 5550 0199",
    "rooms@banksialane.example",
)
BARE_PRACTICE = Practice("Banksia Lane Osteopathy")
TOMAS = Practitioner("Tomás Ferreira", "osteopath", "OST0001234567")
INGRID = Patient("Ingrid Søndergaard", "14 March 1986", "2041", "female")
KONSTANTINOS = Patient("Konstantinos Παπαδόπουλος-Иванов", "2 February 1951", "117", "male")
LONG_NAME = "Nguyễn Thị Hồng Nhung Featherstonehaugh-Cholmondeley " * 4
SESSION = "019aa2c4-7b1e-7c55-9d2f-3f0a6be81c44"
MARKUP = "<b>&amp;</b> <para>{% now %}</para> **bold** \\n (x) %s"
UNSETTABLE = "NUL\x00 BEL\x07 עברית العربية हिन्दी 王小明 👩‍⚕️ \U0010ffff \ud800 end"

POINTS = (
    Point(1, "posterior", 33, 170, ("trapezius_upper",), "right"),
    Point(2, "posterior", 72, 187, ("trapezius_upper",), "right"),
    Point(3, "posterior", 43, 196, ("levator_scapulae",), "right"),
    Point(4, "posterior", 60, 226, ("infraspinatus",), "right"),
    Point(5, "posterior", 86, 233, ("infraspinatus",), "right"),
    Point(6, "anterior", -66, 205, ("pectoralis_major_clavicular",), "right"),
)
REFERRALS = (
    Referral("temple", "right", "right temple"),
    Referral("neck_base", "right", "angle of the neck, right"),
    Referral("shoulder_anterior", "right", "front of the right shoulder"),
)
URGENT = Warning(
    "Call 000 now",
    (
        "Chest pain, or you feel short of breath",
        "Pain when you breathe in, or a new dry cough",
        "New weakness or numbness, or very bad neck or back pain",
        "You faint again, or bleeding does not stop",
        "A swelling that keeps growing",
    ),
    "This is rare. It can start hours or days later. Say that you had dry needling near the chest.",
)
SOON = Warning(
    "Call us the same day",
    (
        "Fever, or skin that turns hot and red, or leaks pus",
        "Soreness of 7 or more out of 10",
        "Still sore after 3 days",
    ),
    "Cannot reach us? See a doctor that day.",
)

# ---- what the patient takes home -------------------------------------------------------------------------------------
SUMMARY = PatientSummary(
    practice=PRACTICE,
    practitioner=TOMAS,
    patient=INGRID,
    date="Thursday 20 November 2025",
    document="S-2041-0019",
    urgent=URGENT,
    soon=SOON,
    points=POINTS,
    spots=(
        Spot((1, 2), "Top of your right shoulder", "upper trapezius muscle"),
        Spot((3,), "Right side of your neck, low down", "levator scapulae muscle"),
        Spot((4, 5), "Your right shoulder blade", "infraspinatus muscle"),
        Spot((6,), "Right side of your chest, high up", "pectoralis major muscle"),
    ),
    needles="6 needles in, 6 out: we counted.",
    change="Your pain went from 6 to 3 out of 10.",
    what_it_is="A very thin needle, with no medicine in it, goes into a tight and tender spot in a muscle. The "
    "muscle may twitch for a moment, which is normal, and then it can relax and hurt less.",
    expect="After your last four visits you felt sore for about 30 hours, like after hard exercise, and never "
    "more than 4 out of 10. This time may be much the same. A small bruise or feeling tired is common too.",
    soreness=Soreness(30, 20, 44),
    helps=(
        "Move gently and often.",
        "Try a warm shower or a heat pack.",
        "Wait a day before hard training.",
        "Do not drive if you feel sleepy or faint.",
    ),
    next_visit="Thursday 27 November 2025\n10:00 am",
    check_in="We will email you tomorrow and in three days to ask how sore you are.",
)
FIRST_VISIT = replace(
    SUMMARY,
    patient=KONSTANTINOS,
    points=(
        Point(1, "posterior", 64, 416, ("gluteus_medius",), "right"),
        Point(2, "posterior", -60, 418, ("gluteus_medius",), "left"),
        Point(3, "posterior", 54, 770, ("gastrocnemius_medial",), "right"),
        Point(4, "posterior", 84, 765, ("gastrocnemius_lateral",), "right"),
    ),
    spots=(
        Spot((1,), "Side of your right hip", "gluteus medius muscle"),
        Spot((2,), "Side of your left hip", "gluteus medius muscle"),
        Spot((3, 4), "Your right calf", "gastrocnemius muscle"),
    ),
    needles="4 needles in, 4 out: we counted.",
    change="",
    soreness=None,
    expect="Most people feel sore afterwards, like after hard exercise. It usually goes within one to two "
    "days. A small bruise or feeling tired is common too.",
)
SPREAD = (
    ("posterior", 40, 172, "trapezius_upper"),
    ("posterior", 70, 187, "trapezius_upper"),
    ("posterior", 46, 196, "levator_scapulae"),
    ("posterior", 60, 226, "infraspinatus"),
    ("posterior", 86, 233, "infraspinatus"),
    ("posterior", 86, 249, "teres_minor"),
    ("posterior", 20, 210, "trapezius_middle"),
    ("posterior", 22, 244, "trapezius_lower"),
    ("anterior", -66, 205, "pectoralis_major_clavicular"),
    ("anterior", -105, 198, "deltoid_anterior"),
    ("anterior", -161, 350, "pronator_teres"),
    ("lateral_right", -58, 423, "gluteus_medius"),
    ("posterior", 64, 416, "gluteus_medius"),
    ("posterior", 54, 770, "gastrocnemius_medial"),
)
FOURTEEN_POINTS = tuple(Point(i, view, x, y, (muscle,), "right") for i, (view, x, y, muscle) in enumerate(SPREAD, 1))
FOURTEEN_SITES = replace(
    SUMMARY,
    patient=replace(INGRID, name="Nguyễn Thị Hồng Nhung Featherstonehaugh-Cholmondeley"),
    points=FOURTEEN_POINTS,
    spots=(
        Spot((1, 2), "Top of your right shoulder", "upper trapezius"),
        Spot((3,), "Right side of your neck, low down", "levator scapulae"),
        Spot((4, 5), "Your right shoulder blade", "infraspinatus"),
        Spot((6,), "Back of your right armpit", "teres minor"),
        Spot((7, 8), "Between spine and right shoulder blade", "middle and lower trapezius"),
        Spot((9,), "Right side of your chest, high up", "pectoralis major"),
        Spot((10,), "Front of your right shoulder", "front deltoid"),
        Spot((11,), "Your right forearm", "pronator teres"),
        Spot((12, 13), "Side of your right hip", "gluteus medius"),
        Spot((14,), "Your right calf", "gastrocnemius"),
    ),
    needles="14 needles in, 14 out: we counted.",
)


def many_points(count: int) -> tuple[Point, ...]:
    """Sites all over the body, both sides, the same place now and then."""
    points = []
    for number in range(1, count + 1):
        view, x, y, muscle = SPREAD[number % len(SPREAD)]
        left = number % 2 == 0 and view != "lateral_right"
        points.append(Point(number, view, -x if left else x, y, (muscle,), "left" if left else "right"))
    return tuple(points)


PLACES = (
    "Top of your {} shoulder",
    "Top of your {} shoulder, at the neck",
    "{} side of your neck, low down",
    "Your {} shoulder blade",
    "Your {} shoulder blade, outer edge",
    "Back of your {} armpit",
    "Between spine and {} shoulder blade",
    "Below your {} shoulder blade",
    "{} side of your chest, high up",
    "Front of your {} shoulder",
    "Your {} forearm",
    "Side of your {} hip",
    "Your {} buttock",
    "Your {} calf",
)


def many_sites(count: int) -> PatientSummary:
    """Every site a line of its own, though the same place comes up again."""
    spots = tuple(
        Spot((point.number,), PLACES[point.number % len(PLACES)].format(point.side)) for point in many_points(count)
    )
    return replace(SUMMARY, points=many_points(count), spots=spots, needles=f"{count} needles in, {count} out.")


THIRTY_SITES, SIXTY_SITES = many_sites(30), many_sites(60)
ONE_MUSCLE_TEN_TIMES = replace(
    SUMMARY,
    points=tuple(Point(n, "posterior", 60, 226, ("infraspinatus",), "right") for n in range(1, 11)),
    spots=(Spot(tuple(range(1, 11)), "Your right shoulder blade", "infraspinatus muscle"),),
)
NO_NEEDLING = replace(
    SUMMARY, points=(), spots=(), needles="No needles were used this time.", what_it_is="", soreness=None, change=""
)
NOT_DRAWN = replace(SUMMARY, points=())
BARE = PatientSummary(
    practice=BARE_PRACTICE,
    practitioner=Practitioner("Tomás Ferreira"),
    patient=INGRID,
    date="Thursday 20 November 2025",
    document="S-2041-0019",
    urgent=Warning("Call 000 now", ()),
    soon=Warning("See a doctor the same day", ()),
    points=POINTS,
    spots=SUMMARY.spots,
)
LONG_WINDED = replace(
    SUMMARY,
    practice=replace(
        PRACTICE,
        name="The Banksia Lane and Wattleford Districts Osteopathy, Myotherapy and Sports Rehabilitation Centre",
        address="Suite 1204, Level 12, The Old Banksia Lane Wool Exchange Building, 12–18 Banksia Lane corner "
        "of Lower Wattleford Station Street, Wattleford North-East VIC 3999, Australia",
        email="reception.and.accounts@banksia-lane-osteopathy-and-rehabilitation.example",
    ),
    patient=replace(INGRID, name=LONG_NAME[:200]),
)
ELSEWHERE = replace(SUMMARY, referrals=REFERRALS)
UNPRINTABLE = replace(SUMMARY, patient=replace(INGRID, name="王小明 (Wang Xiaoming)"))
VOID_SUMMARY = replace(SUMMARY, void="signed in the wrong patient’s file, T. Ferreira, 22 Nov 2025, 09:12")

# ---- what stays in the file ------------------------------------------------------------------------------------------
SITES = (
    SiteRow(
        1,
        "Right upper trapezius, active trigger point: deep pistoning 0.25 × 30 mm to 15 mm, 2 passes, 3 "
        "visible twitches, familiar pain reproduced to the right temple.",
        "Upper trapezius",
        "Right",
        "Active",
        "Deep pistoning",
        "0.25 × 30",
        "15",
        "2",
        "3 visible, strong",
        "Yes: temple",
        "Small bleed",
    ),
    SiteRow(
        2,
        "Right upper trapezius, latent trigger point: deep pistoning 0.25 × 30 mm to 12 mm, 1 pass, 1 palpated "
        "twitch, no familiar pain.",
        "Upper trapezius",
        "Right",
        "Latent",
        "Deep pistoning",
        "0.25 × 30",
        "12",
        "1",
        "1 palpated, weak",
        "No",
        "None",
    ),
    SiteRow(
        3,
        "Right levator scapulae, active trigger point: deep pistoning 0.25 × 30 mm to 12 mm, 2 passes, 2 "
        "palpated twitches, familiar pain reproduced to the angle of the neck.",
        "Levator scapulae",
        "Right",
        "Active",
        "Deep pistoning",
        "0.25 × 30",
        "12",
        "2",
        "2 palpated",
        "Yes: angle of neck",
        "None",
    ),
    SiteRow(
        4,
        "Right infraspinatus, active trigger point: deep pistoning 0.30 × 40 mm to 25 mm, 3 passes, 4 visible "
        "twitches, familiar pain reproduced to the anterior shoulder.",
        "Infraspinatus",
        "Right",
        "Active",
        "Deep pistoning",
        "0.30 × 40",
        "25",
        "3",
        "4 visible, medium",
        "Yes: front of shoulder",
        "Ache, settled",
    ),
    SiteRow(
        5,
        "Right infraspinatus, trigger point unspecified: deep static 0.30 × 40 mm to 20 mm, 1 pass, left 60 s, "
        "twitch not sought, familiar pain not asked.",
        "Infraspinatus",
        "Right",
        "Unspecified",
        "Deep static, 60 s",
        "0.30 × 40",
        "20",
        "1",
        "Not sought",
        "Not asked",
        "None",
    ),
    SiteRow(
        6,
        "Right pectoralis major, clavicular part, latent trigger point: superficial 0.20 × 25 mm to 5 mm, 1 "
        "pass, no twitch, no familiar pain.",
        "Pectoralis major, clavicular",
        "Right",
        "Latent",
        "Superficial",
        "0.20 × 25",
        "5",
        "1",
        "None",
        "No",
        "None",
    ),
)
RECORD = ClinicalRecord(
    practice=PRACTICE,
    patient=INGRID,
    session=SESSION,
    treated_on="20 November 2025",
    document="Document R-2041-0023",
    facts=(
        ("Treated", "20 Nov 2025, 10:10 to 10:42"),
        ("Practitioner", "Tomás Ferreira, osteopath, OST0001234567"),
        ("Written", "20 Nov 2025, 10:21 (first save)"),
        ("Place", "Wattleford rooms, room 2"),
        ("Signed", "20 Nov 2025, 10:44, by the practitioner"),
        ("Course of care", "Right shoulder and neck pain, visit 5 of 6"),
        ("Position", "Prone, then supine"),
        ("Others present", "Nobody else"),
        ("Skin and gloves", "Alcohol wipe at each site; gloves worn"),
        ("Other treatment", "Soft tissue, cervical articulation"),
    ),
    notes=(
        (
            "Subjective",
            "Right shoulder pain for nine weeks after painting a ceiling; worse reaching overhead and lying on "
            "the right side. Headache over the right temple on two days since the last visit (before: five). "
            "Slept through on four nights of seven. Soreness after the last visit 4/10 at 24 h, gone at 30 h "
            "(patient’s own answer, 15 Nov). No new medicine. No chest, breathing or arm symptoms.",
        ),
        (
            "Objective",
            "Right shoulder abduction 140° (left 172°), painful arc 80° to 120°. Cervical rotation right 58°, "
            "left 70°. Taut bands in right upper trapezius, levator scapulae and infraspinatus. Neurological "
            "screen of the upper limbs normal. Slim build: ribs and scapular border easily felt; pectoral site "
            "needled over the second rib, tangentially, at 5 mm only.",
        ),
        (
            "Assessment",
            "Myofascial pain of the right shoulder girdle with active trigger points in upper trapezius, "
            "levator scapulae and infraspinatus; rotator cuff related pain less likely after strength testing. "
            "Responding: headache days and night waking fewer than at visit 3.",
        ),
        (
            "Plan",
            "One more visit in a week, infraspinatus only. Home: pendulum and wall slides twice a day, 10 "
            "each. Ergonomic change at the ladder agreed. If no change in overhead reach by visit 6, write to "
            "the GP about imaging.",
        ),
    ),
    points=POINTS,
    sites=SITES,
    measures=(
        Measure("Pain now, NPRS 0 to 10", "6", "3", "−3", "2 or more: Childs 2005, Salaffi 2004"),
        Measure(
            "Pressure pain threshold, right upper trapezius", "182 kPa", "241 kPa", "+59 kPa", "No single value sourced"
        ),
        Measure("Shoulder abduction, right, active", "140°", "158°", "+18°", "Not sourced"),
        Measure("Cervical rotation, right, active", "58°", "66°", "+8°", "Not sourced"),
        Measure("PSFS, mean of three activities", "4.3", "Not asked", "", "1.9 to 2.0, shoulder: Rysstad 2020"),
    ),
    ledger_verdict="6 in, 6 out: the count agrees.",
    ledger=(("Opened, not used", "1, into the sharps bin"), ("Sharps", "Disposed of, counted at 10:40")),
    lots=(
        Lot("Example brand A", "0.25 × 30 mm", "A24K117", "Aug 2028", "1, 2, 3"),
        Lot("Example brand A", "0.30 × 40 mm", "A24M032", "Nov 2028", "4, 5"),
        Lot("Example brand B", "0.20 × 25 mm", "77-2051", "Feb 2027", "6"),
    ),
    screening="Answered by the patient on 20 Nov 2025 at 10:02, reviewed by Tomás Ferreira at 10:08. "
    "24\u00a0questions, 22 no, 1 yes, 1 unsure (counted as yes).",
    findings=(
        Finding(
            "Reason asked",
            "Takes a blood thinner (unsure which): bleeding and bruising more likely.",
            "Low-dose aspirin confirmed with the patient; pressure held for 60 s at each site; no site where "
            "pressure cannot reach.",
            "T. Ferreira, 10:09",
        ),
        Finding(
            "Reason asked",
            "Lung zone, right: upper trapezius, levator scapulae, infraspinatus, pectoralis major.",
            "One side only. Needle angled away from the chest, skin pinch for trapezius. Safety-net advice given.",
            "T. Ferreira, 10:12",
        ),
        Finding(
            "Warning", "Slim build over the chest wall.", "Shown; depth kept to 5 mm at site 6.", "T. Ferreira, 10:12"
        ),
    ),
    consent=(
        ("Text", "Dry needling, English, version 3 (published 2 June 2025)"),
        ("Given", "13 Oct 2025, 09:31, by the patient, signed on screen; obtained by Tomás Ferreira"),
        ("Covers", "General; thorax and neck; documents by email. Refused: photos, students present"),
        ("Today", "Risks explained, questions answered, spoken yes before the first needle"),
    ),
    advice=(
        "Soreness to expect and how long",
        "Warning signs and when to call 000",
        "Heat, gentle movement",
        "Printed summary handed over",
    ),
    addenda=(
        Addendum(
            "Tomás Ferreira, osteopath",
            "20 Nov 2025, 16:20",
            "Omitted from the note",
            "Patient stayed in the waiting room for ten minutes after treatment and felt well on leaving (10:54).",
        ),
        Addendum(
            "Nguyễn Thị Bảo Châu, osteopath",
            "21 Nov 2025, 11:05",
            "Telephone call",
            "Patient rang: bruise of about 2 cm at site 1, no other complaint. Asked about chest pain, "
            "breathing and arm strength: none. Advised to watch it and to ring again if it grows.",
        ),
    ),
    signature=(
        ("Signed by", "Tomás Ferreira, osteopath, OST0001234567"),
        ("Signed at", "20 Nov 2025, 10:44:07 AEDT (UTC+11)"),
        ("Record version", "14 (addenda: 2)"),
        ("Reopened", "Never"),
    ),
    content_hash=sha256("\n".join(site.sentence for site in SITES).encode()).hexdigest(),
    versions="Versions: body chart 1, structure catalogue 1, clinical content 1 (to be approved by the "
    "practice’s clinician), layout 1. This paper was made on 21 Nov 2025 at 11:06 and replaces R-2041-0020.",
)
VOID_RECORD = replace(
    RECORD,
    patient=replace(INGRID, name="Nguyễn Thị Hồng Nhung"),
    void="signed in the wrong patient’s file, T. Ferreira, 22 Nov 2025, 09:12",
    notes=tuple((name, "\n".join([text] * 5)) for name, text in RECORD.notes),
    sites=tuple(replace(SITES[i % 6], number=i + 1) for i in range(24)),
)
THIRTY_SITE_RECORD = replace(
    RECORD,
    points=many_points(30),
    sites=tuple(replace(SITES[i % 6], number=i + 1) for i in range(30)),
    referrals=REFERRALS,
)
DEVIATING_RECORD = replace(
    RECORD,
    referrals=REFERRALS,
    deviations=(
        Deviation(
            "Consent for thorax and neck was withdrawn on 20 Nov 2025 at 10:30.",
            "Sites 1 to 3 were needled before the withdrawal; needling of the region stopped at once.",
            "T. Ferreira, 10:44",
        ),
        Deviation(
            "Skin infection: do not needle the right shoulder girdle.",
            "Seen only after the needle was out; area cleaned, GP rung, patient told.",
            "T. Ferreira, 10:44",
        ),
    ),
)
BARE_RECORD = ClinicalRecord(
    practice=BARE_PRACTICE,
    patient=INGRID,
    session=SESSION,
    treated_on="20 November 2025",
    facts=(("Treated", "20 Nov 2025, 10:10"),),
    document="Document R-2041-0023",
    signature=(("Signed by", "Tomás Ferreira"),),
    content_hash="0" * 64,
    notes=(("Subjective", ""), ("Plan", "Rest.")),
)
LONG_NOTES_RECORD = replace(
    RECORD, notes=tuple((name, (text + " ") * (10_000 // len(text) + 1)) for name, text in RECORD.notes)
)
_ENDLESS = "Much to say about this. " * 420
ENDLESS_RECORD = replace(
    RECORD,
    practice=LONG_WINDED.practice,
    patient=LONG_WINDED.patient,
    sites=(replace(SITES[0], sentence=_ENDLESS, reaction=_ENDLESS[:2_000]), *SITES[1:]),
    findings=(Finding("Reason asked", _ENDLESS, _ENDLESS, "T. Ferreira"), *RECORD.findings),
    consent=(*RECORD.consent, ("Questions", _ENDLESS)),
    addenda=tuple(replace(addendum, text=_ENDLESS, reason=_ENDLESS[:600]) for addendum in RECORD.addenda * 3),
    void="wrong patient " * 40,
)
UNPRINTABLE_RECORD = replace(
    RECORD, notes=(("Subjective", UNSETTABLE), *RECORD.notes[1:]), patient=replace(INGRID, name=UNSETTABLE)
)
MARKUP_RECORD = replace(
    RECORD,
    patient=replace(INGRID, name=MARKUP),
    notes=(("Subjective", MARKUP),),
    findings=(Finding(MARKUP, MARKUP, MARKUP, MARKUP),),
)

SUMMARIES = {
    "six_sites": SUMMARY,
    "first_visit": FIRST_VISIT,
    "fourteen_sites": FOURTEEN_SITES,
    "thirty_sites": THIRTY_SITES,
    "sixty_sites": SIXTY_SITES,
    "one_muscle_ten_times": ONE_MUSCLE_TEN_TIMES,
    "no_needling": NO_NEEDLING,
    "not_drawn": NOT_DRAWN,
    "bare": BARE,
    "long_winded": LONG_WINDED,
    "elsewhere": ELSEWHERE,
    "unprintable": UNPRINTABLE,
    "void": VOID_SUMMARY,
}
RECORDS = {
    "six_sites": RECORD,
    "void": VOID_RECORD,
    "thirty_sites": THIRTY_SITE_RECORD,
    "deviations": DEVIATING_RECORD,
    "bare": BARE_RECORD,
    "long_notes": LONG_NOTES_RECORD,
    "endless": ENDLESS_RECORD,
    "unprintable": UNPRINTABLE_RECORD,
    "markup": MARKUP_RECORD,
}


# ---- what goes to another doctor -------------------------------------------------------------------------------------
LETTER = Letter(
    practice=PRACTICE,
    practitioner=TOMAS,
    patient=INGRID,
    date="28 November 2025",
    document="L-2041-0004",
    addressee=("Dr Aroha Whitcombe", "Wattleford Family Practice", "3 Station Street", "Wattleford VIC 3999"),
    subject="Ingrid Søndergaard, born 14 March 1986",
    salutation="Dear Dr Whitcombe,",
    opening=(
        "Thank you for asking me to see Ms Søndergaard, who came on 13 October with nine weeks of right shoulder pain "
        "and headache over the right temple after painting a ceiling.",
        "I found restricted shoulder abduction with a painful arc and active trigger points in the right upper trapezius, "
        "levator scapulae and infraspinatus. Neurological screening of the upper limbs was normal and there were no red "
        "flags. I have treated her six times with dry needling and manual therapy, with her written consent.",
    ),
    facts=(
        ("Pain, NPRS 0 to 10", "7 at the first visit, 2 at the sixth (before treatment)"),
        ("Function, PSFS", "3.0 to 6.7, mean of three activities"),
        ("Shoulder abduction", "118° to 165° (left 172°)"),
        ("Headache days a week", "5 to 1"),
        ("Needling", "31 needles in six sessions, right side only; no electrical stimulation"),
        ("Unwanted effects", "Soreness up to 44 hours, at most 4 out of 10; one 2 cm bruise; nothing else"),
        ("Medicines we know of", "Aspirin 100 mg daily"),
    ),
    closing=(
        "Reaching overhead is still limited at the end of range. If it has not changed in four weeks I would be grateful "
        "for your view on an ultrasound scan of the right rotator cuff. She continues with her exercises at home and has "
        "no further visit planned here.",
        "I have told Ms Søndergaard about this letter and she agreed that I send it. Please call me on (03) 5550 0142 if "
        "anything is unclear.",
    ),
    farewell="Kind regards,",
    enclosures="Enclosed: course of care report, 2 pages. Copy: Ms Søndergaard.",
)


COURSE = CourseReport(
    practice=PRACTICE,
    practitioner=TOMAS,
    patient=INGRID,
    title="Right shoulder and neck pain",
    facts=(
        ("Course", "13 October to 27 November 2025, closed"),
        ("Practitioner", "Tomás Ferreira, osteopath, OST0001234567"),
        ("Problem", "Right shoulder pain, 9 weeks; headache right temple"),
        ("Referred by", "Dr Aroha Whitcombe, Wattleford Family Practice"),
        ("Working diagnosis", "Myofascial pain, right shoulder girdle"),
        ("Visits", "6 held of 6 planned; 31 needles"),
    ),
    document="E-2041-0002",
    in_short="Pain before treatment fell from 7 to 2 over six visits; function rose from 3.0 to 6.7. Soreness after needling lasted "
    "up to 44 hours and was never above 4. One small bruise; no other unwanted effect was reported.",
    visits=(
        Visit("1", "13 Oct", "UT, IS", 4, 6, 7, 7, 5, 4, 0),
        Visit("2", "20 Oct", "UT, IS, LS", 5, 8, 9, 6, 4, 4, 1),
        Visit("3", "27 Oct", "UT, LS", 5, 7, 6, 6, 4, 3, 0),
        Visit("4", "13 Nov", "UT, IS, LS", 6, 9, 8, 5, None, 4, 0, "after: not asked"),
        Visit("5", "20 Nov", "UT, LS, IS, PM", 6, 10, 10, 6, 3, 4, None, "bruise 2 cm"),
        Visit("6", "27 Nov", "IS", 5, 5, 4, 2, 1, None, None, "checks not due"),
    ),
    band=Band(
        1.5,
        2.2,
        "Band: the smallest change that mattered to patients, 1.5 (four weeks) to 2.2 points (one week) below the first visit. "
        "Childs 2005, PMID 15928561. A yardstick, not a verdict.",
    ),
    outcomes=(
        Outcome("NPRS, pain before treatment", "7", "2", "−5", "lower", "2; Childs 2005, Salaffi 2004"),
        Outcome("PSFS, mean of three activities", "3.0", "6.7", "+3.7", "higher", "1.9 to 2.0, shoulder; Rysstad 2020"),
        Outcome("NDI, total out of 50", "17", "8", "−9", "lower", "5 points; Vernon"),
        Outcome("Shoulder abduction right, active", "118°", "165°", "+47°", "higher", "Not sourced"),
    ),
    muscles=(
        MuscleRow("Right upper trapezius (UT)", (3, 3, 4, 3, 3, 0)),
        MuscleRow("Right infraspinatus (IS)", (3, 3, 0, 3, 4, 5)),
        MuscleRow("Right levator scapulae (LS)", (0, 2, 3, 3, 2, 0)),
        MuscleRow("Right pectoralis major (PM)", (0, 0, 0, 0, 1, 0)),
    ),
    response=(
        "Most passes in one muscle: infraspinatus, 5 at visit 6. Visit 5 had the most twitches (10) and the only bruise.",
        "Soreness at 24 hours answered after five of six visits: median 4, highest 4. At 72 hours answered after four: median "
        "0, highest 1.",
        "No fainting, no sign from the chest, no retained needle. Needles in and out agreed at every visit.",
    ),
    plan=(
        "Exercises at home for six weeks.",
        "Review with the GP if overhead reach has not changed in four weeks.",
        "No further needling planned.",
    ),
)
