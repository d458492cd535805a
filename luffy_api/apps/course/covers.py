"""Covers of courses in the widths in which pages show them."""

from luffy_api.apps.course.models import Course
from luffy_api.common.renditions import RenditionMaker

# Pixels: a card on a phone and on a laptop; the page of a course, or a card on a dense screen; the
# page of a course on a dense screen.
COVERS = RenditionMaker(Course, "course_img_set", widths=(400, 640, 1280))
