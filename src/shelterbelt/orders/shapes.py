"""Places of an order as GeoJSON (RFC 7946, longitude first) and as the zones that the rules look at. Refuses what is neither."""

from collections.abc import Mapping, Sequence
from typing import Any

from shelterbelt.rules import zones
from shelterbelt.rules.zones import Zone

GEOMETRIES = {zones.CIRCLE: "Point", zones.AREA: "Polygon", zones.STREET: "LineString"}
# A position to a tenth of a metre: more would say more than anybody measured.
DIGITS = 6
Place = tuple[float, float]


def feature(shape: str, points: Sequence[Place], metres: float = 0.0) -> dict[str, Any]:
    """A place as GeoJSON, from its points as (latitude, longitude) and, but for an area, metres around them.

    Raises ValueError for what is no place.
    """
    turned = [[round(longitude, DIGITS), round(latitude, DIGITS)] for latitude, longitude in points]
    if shape not in GEOMETRIES or not turned or (shape == zones.CIRCLE and len(turned) != 1):
        raise ValueError("not a place")
    coordinates: Any = turned
    if shape == zones.CIRCLE:
        coordinates = turned[0]
    elif shape == zones.AREA:
        coordinates = [turned if turned[0] == turned[-1] else [*turned, turned[0]]]
    made = {
        "type": "Feature",
        "geometry": {"type": GEOMETRIES[shape], "coordinates": coordinates},
        "properties": {} if shape == zones.AREA else {"metres": metres},
    }
    zone_of(made)
    return made


def shape_of(geojson: Mapping[str, Any]) -> str:
    """Which of the three it is. Raises ValueError for another geometry."""
    kind = geojson.get("geometry", {}).get("type")
    found = next((shape for shape, geometry in GEOMETRIES.items() if geometry == kind), "")
    if not found:
        raise ValueError("not a place")
    return found


def points_of(geojson: Mapping[str, Any]) -> list[Place]:
    """Its points as (latitude, longitude)."""
    shape, coordinates = shape_of(geojson), geojson["geometry"]["coordinates"]
    if shape == zones.CIRCLE:
        coordinates = [coordinates]
    elif shape == zones.AREA:
        if len(coordinates) != 1:
            raise ValueError("an area has one ring and no holes")
        coordinates = coordinates[0]
    return [(float(latitude), float(longitude)) for longitude, latitude in coordinates]


def metres_of(geojson: Mapping[str, Any]) -> float:
    """How far around its points it reaches; 0 for an area."""
    return float(geojson.get("properties", {}).get("metres", 0.0))


def zone_of(geojson: Mapping[str, Any]) -> Zone:
    """The zone that the rules look at. Raises ValueError for what is no place."""
    shape, points = shape_of(geojson), points_of(geojson)
    if shape == zones.CIRCLE:
        return zones.circle(*points[0], metres_of(geojson))
    return zones.area(points) if shape == zones.AREA else zones.street(points, metres_of(geojson))
