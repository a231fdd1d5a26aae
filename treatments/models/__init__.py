"""What was needled, in which session, with what, and how it was afterwards."""

from treatments.models.aftercare import Addendum, FollowUp
from treatments.models.catalogue import NeedleLot, Structure
from treatments.models.session import Episode, NeedlingSession
from treatments.models.site import Site

__all__ = ["Addendum", "Episode", "FollowUp", "NeedleLot", "NeedlingSession", "Site", "Structure"]
