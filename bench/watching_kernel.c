/* In which of its device's zones each fix lies, and whether the other of its pair is near: the floor that bench.watching
   holds its figures against. Layouts are those of shelterbelt.engines.watching_tables. */
#include <math.h>
#include <stdint.h>

typedef struct { int64_t ms, received; double lat, lon; float metres, speed; uint32_t device; int8_t battery; uint8_t marks; uint16_t zero; } Frame;
typedef struct { double south, north, west, east; } Box;
typedef struct { double lat, lon, narrow, reach; int32_t first, until; uint8_t shape; } Shape;
typedef struct { double x, y; } Point;

#define RADIUS 6371008.8
#define RAD (M_PI / 180.0)

static double apart(double a, double b, double c, double d) {
    double x = a * RAD, y = c * RAD, up = sin((y - x) / 2), along = sin((d - b) * RAD / 2);
    double square = up * up + cos(x) * cos(y) * along * along;
    return 2 * RADIUS * asin(fmin(1.0, sqrt(square)));
}

static int within(const Shape *zone, const Point *p, double lat, double lon) {
    double x = RADIUS * ((lon - zone->lon) * RAD * zone->narrow), y = RADIUS * ((lat - zone->lat) * RAD);
    int inside = 0;
    for (int i = zone->first; i < zone->until; i++) {
        int j = i + 1 < zone->until ? i + 1 : zone->first;
        if ((p[i].y > y) != (p[j].y > y) && x < p[i].x + (y - p[i].y) / (p[j].y - p[i].y) * (p[j].x - p[i].x)) inside = !inside;
    }
    return inside;
}

void take(int64_t many, const Frame *fixes, const int64_t *own, const Box *boxes, const Shape *shapes, const Point *points,
          double *last, uint8_t *known, int64_t *answer) {
    int64_t inside = 0, near = 0;
    for (int64_t n = 0; n < many; n++) {
        const Frame *f = fixes + n;
        if (n + 8 < many) {
            __builtin_prefetch(boxes + own[fixes[n + 8].device]);
            __builtin_prefetch(last + 2 * fixes[n + 8].device);
        }
        for (int64_t z = own[f->device]; z < own[f->device + 1]; z++) {
            const Box *b = boxes + z;
            if (f->lat < b->south || f->lat > b->north || f->lon < b->west || f->lon > b->east) continue;
            inside += shapes[z].shape == 0 ? apart(f->lat, f->lon, shapes[z].lat, shapes[z].lon) <= shapes[z].reach
                                           : within(shapes + z, points, f->lat, f->lon);
        }
        uint32_t other = f->device ^ 1;
        if (known[other] && fabs(last[2 * other] - f->lat) < 0.01) near += apart(f->lat, f->lon, last[2 * other], last[2 * other + 1]) <= 500.0;
        last[2 * f->device] = f->lat; last[2 * f->device + 1] = f->lon; known[f->device] = 1;
    }
    answer[0] = inside; answer[1] = near;
}
