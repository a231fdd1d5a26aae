"""What patients of the demo come with, and what is needled for it: structures, usual needles and depths (mm)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Spot:
    structure: str
    length_mm: int
    depth_mm: int
    refers: tuple[str, ...] = ()
    technique: str = "deep_pistoning"


@dataclass(frozen=True)
class Complaint:
    title: str
    subjective: str
    objective: str
    assessment: str
    plan: str
    position: str
    spots: tuple[Spot, ...]
    near_the_lung: bool = False


COMPLAINTS: tuple[Complaint, ...] = (
    Complaint(
        "shoulder pain",
        "{side} shoulder ache for {weeks} weeks, worse reaching back. Woke {nights} nights.",
        "Abduction painful from 140°. Taut bands in upper trapezius and infraspinatus.",
        "Myofascial pain of the {side_lower} shoulder girdle. Responding.",
        "Warmth and gentle movement. Review in one week, the same sites if still tender.",
        "prone",
        (
            Spot("trapezius_upper", 30, 14, ("neck_lateral",)),
            Spot("infraspinatus", 30, 24, ("shoulder_anterior",)),
            Spot("levator_scapulae", 30, 12, ("neck_base",), "superficial"),
            Spot("deltoid_posterior", 40, 20),
            Spot("teres_minor", 30, 18, ("shoulder_posterior",)),
            Spot("supraspinatus", 30, 15, ("shoulder_lateral",), "superficial"),
        ),
        near_the_lung=True,
    ),
    Complaint(
        "headache and neck pain",
        "Headache at the {side_lower} temple on {nights} days of the week, with a stiff neck.",
        "Rotation to the {side_lower} short by a third. Tender suboccipital muscles.",
        "Cervicogenic headache with active trigger points.",
        "Screen breaks every half hour. Review in ten days.",
        "supine",
        (
            Spot("trapezius_upper", 30, 12, ("temple",)),
            Spot("splenius_capitis", 30, 14, ("head_vertex",)),
            Spot("semispinalis_capitis", 30, 16, ("occiput",)),
            Spot("temporalis", 15, 6, ("teeth_upper",), "superficial"),
            Spot("masseter", 25, 10, ("jaw",)),
        ),
        near_the_lung=True,
    ),
    Complaint(
        "low back pain",
        "Low back pain on the {side_lower} for {weeks} weeks, worse after sitting.",
        "Flexion to mid-shin. Tender gluteus medius and lumbar multifidus.",
        "Mechanical low back pain with a myofascial part.",
        "Walk every day, hip hinge practice. Review in a week.",
        "prone",
        (
            Spot("multifidus_lumbar", 50, 32),
            Spot("gluteus_medius", 60, 42, ("sacrum_sij",)),
            Spot("gluteus_maximus", 60, 40),
            Spot("iliocostalis_lumborum", 30, 20, (), "deep_static"),
        ),
        near_the_lung=True,
    ),
    Complaint(
        "hip pain",
        "Pain on the outside of the {side_lower} hip, worse lying on it.",
        "Single leg stance held for 10 s. Tender tensor fasciae latae and gluteus minimus.",
        "Lateral hip pain with trigger points of the abductors.",
        "Side-lying support at night. Abductor loading from next week.",
        "side_lying",
        (
            Spot("gluteus_medius", 60, 45, ("thigh_lateral",)),
            Spot("gluteus_minimus", 75, 55, ("thigh_lateral",)),
            Spot("tensor_fasciae_latae", 40, 25),
            Spot("piriformis", 75, 60, ("thigh_posterior",)),
        ),
    ),
    Complaint(
        "calf pain in running",
        "{side} calf tightens after 3 km, eased by rest.",
        "Single heel raise: 18, other side 26. Taut bands in gastrocnemius and soleus.",
        "Calf overload with latent and active trigger points.",
        "Half the distance for two weeks, heel raises daily.",
        "prone",
        (
            Spot("gastrocnemius_medial", 40, 22, ("heel",)),
            Spot("gastrocnemius_lateral", 40, 20),
            Spot("soleus", 50, 30, ("heel",)),
            Spot("tibialis_anterior", 30, 15),
        ),
    ),
    Complaint(
        "elbow pain",
        "Pain at the outside of the {side_lower} elbow on gripping for {weeks} weeks.",
        "Grip weaker by a third. Tender extensor origin.",
        "Lateral elbow tendinopathy with forearm trigger points.",
        "Isometric grip daily. Review in two weeks.",
        "supine",
        (
            Spot("extensor_carpi_radialis_brevis", 30, 14, ("elbow_lateral",)),
            Spot("extensor_digitorum", 30, 12, ("wrist_dorsal",)),
            Spot("supinator", 30, 18, ("elbow_lateral",)),
            Spot("triceps_lateral_head", 40, 20),
        ),
    ),
)

OWN_SNIPPET = {
    "shortcut": "desk",
    "title": "Desk work",
    "note": "subjective",
    "text": "Worse after {?} hours at the desk.",
}

# kind, severity, what happened, what was done, days until it was over (0: still open)
EVENTS = (
    ("bruising", "mild", "A bruise of 2 cm at the calf.", "Pressed for two minutes.", 5),
    ("bruising", "mild", "A bruise beside the shoulder blade, seen at home.", "Explained.", 6),
    ("bleeding", "mild", "A drop of blood that stopped with pressure.", "Pressed.", 1),
    (
        "syncope",
        "significant",
        "Fainted when sitting up, awake after half a minute.",
        "All needles out, legs up, water, stayed 30 minutes.",
        1,
    ),
    ("aggravation", "mild", "Headache stronger for two days, then better than before.", "Called on day two.", 3),
    ("bent_needle", "mild", "The needle bent when the patient moved; out whole.", "Box kept, next one taken.", 0),
)
