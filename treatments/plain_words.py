"""Where a needle went, as a patient would say it. Per structure where it matters, else per body area."""

AREAS: dict[str, str] = {
    "head_face": "{side} side of your head and face",
    "neck": "{side} side of your neck",
    "shoulder_girdle": "Your {side} shoulder and shoulder blade",
    "upper_arm": "Your {side} upper arm",
    "forearm": "Your {side} forearm",
    "hand": "Your {side} hand",
    "chest": "{side} side of your chest",
    "thoracic_back": "{side} side of your upper back",
    "abdomen": "{side} side of your belly",
    "lumbar": "{side} side of your lower back",
    "pelvis_hip": "Your {side} hip and buttock",
    "pelvic_floor": "Your pelvic floor",
    "thigh": "Your {side} thigh",
    "lower_leg": "Your {side} lower leg",
    "foot": "Your {side} foot",
}
STRUCTURES: dict[str, str] = {
    "temporalis": "Your {side} temple",
    "masseter": "Your {side} jaw",
    "trapezius_upper": "Top of your {side} shoulder",
    "trapezius_middle": "Between spine and {side} shoulder blade",
    "trapezius_lower": "Below your {side} shoulder blade",
    "levator_scapulae": "{side} side of your neck, low down",
    "obliquus_capitis_inferior": "{side} side, where neck meets head",
    "obliquus_capitis_superior": "{side} side, where neck meets head",
    "rectus_capitis_posterior_major": "{side} side, where neck meets head",
    "rectus_capitis_posterior_minor": "{side} side, where neck meets head",
    "rhomboid_major": "Between spine and {side} shoulder blade",
    "rhomboid_minor": "Between spine and {side} shoulder blade",
    "supraspinatus": "Top of your {side} shoulder blade",
    "infraspinatus": "Your {side} shoulder blade",
    "subscapularis": "Under your {side} shoulder blade",
    "teres_minor": "Back of your {side} armpit",
    "teres_major": "Back of your {side} armpit",
    "latissimus_dorsi": "Back of your {side} armpit",
    "deltoid_anterior": "Front of your {side} shoulder",
    "deltoid_middle": "Side of your {side} shoulder",
    "deltoid_posterior": "Back of your {side} shoulder",
    "pectoralis_major_clavicular": "{side} side of your chest, high up",
    "gluteus_maximus": "Your {side} buttock",
    "gluteus_medius": "Side of your {side} hip",
    "gluteus_minimus": "Side of your {side} hip",
    "piriformis": "Deep in your {side} buttock",
    "tensor_fasciae_latae": "Front of your {side} hip",
    "gastrocnemius_medial": "Your {side} calf",
    "gastrocnemius_lateral": "Your {side} calf",
    "soleus": "Your {side} calf",
    "tibialis_anterior": "Your {side} shin",
    "biceps_femoris_long_head": "Back of your {side} thigh",
    "biceps_femoris_short_head": "Back of your {side} thigh",
    "semitendinosus": "Back of your {side} thigh",
    "semimembranosus": "Back of your {side} thigh",
    "rectus_femoris": "Front of your {side} thigh",
    "vastus_lateralis": "Outside of your {side} thigh",
    "vastus_medialis": "Inside of your {side} thigh, low down",
}


def where(structure: str, area: str | None, side: str, name: str) -> str:
    """`Top of your right shoulder`. Falls back to the area, then to the anatomical name."""
    words = STRUCTURES.get(structure) or AREAS.get(area or "") or f"Your {{side}} {name.lower()}"
    said = words.format(side=side) if side in ("left", "right") else " ".join(words.format(side="").split())
    return said[:1].upper() + said[1:]
