"""Links and forms of the portal's pages: `{% way "plan-home" %}` and `{% hidden %}`. Decides nothing."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from shelterbelt.portal import ways

register = template.Library()
FIELD = "t"


@register.simple_tag(takes_context=True)
def way(context: template.Context, name: str, *args: Any) -> str:
    """The address of a page in this visit."""
    return ways.way(context["visitor"], name, *args)


@register.simple_tag(takes_context=True)
def hidden(context: template.Context) -> SafeString:
    """What a form of this visit is known by."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, context["visitor"].secret.form)
