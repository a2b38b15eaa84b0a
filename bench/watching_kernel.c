/* What bench.watching holds its figures against, as C has it. `take`: in which of its device's zones each fix lies, and whether
   the other of its pair is near, which all peers answer. With states, a fix goes through the whole of a machine instead: what
   is not newer is dropped, speed is smoothed, zones have accuracy, hysteresis and dwell, pairs a distance, how fast it falls and
   how long until they meet, and silences. No late fix is put into its place. Layouts: shelterbelt.engines.watching_tables. */
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

/* One device: where it was last, how fast, since when its zones are entered; 1 outside, 2 inside, 3 stayed. */
typedef struct { int64_t ms; double lat, lon, speed, gap; int64_t gap_ms; float metres; uint8_t near, silent; } Mind;

static void judge(Mind *m, const Mind *o, const Frame *f, int64_t z, int64_t until, const Box *boxes, const Shape *shapes,
                  const Point *points, uint8_t *place, int64_t *since, int64_t *told) {
    double up = f->metres / 111195.0, side = up * 1.4;
    if (m->ms) {
        if (f->ms <= m->ms) return;
        if (f->ms - m->ms > 900000) told[0]++;
        double went = apart(m->lat, m->lon, f->lat, f->lon) / ((f->ms - m->ms) / 1000.0);
        m->speed += 0.3 * (went - m->speed);
    }
    m->ms = f->ms; m->lat = f->lat; m->lon = f->lon; m->metres = f->metres;
    for (; z < until; z++) {
        const Box *b = boxes + z;
        if (place[z] < 2 && (f->lat + up < b->south || f->lat - up > b->north || f->lon + side < b->west || f->lon - side > b->east)) continue;
        const Shape *s = shapes + z;
        double x = RADIUS * ((f->lon - s->lon) * RAD * s->narrow), y = RADIUS * ((f->lat - s->lat) * RAD), least = 1e300;
        if (s->shape == 0) least = sqrt(x * x + y * y) - s->reach;
        else {
            for (int i = s->first; i < s->until; i++) {
                const Point *p = points + i, *q = points + (i + 1 < s->until ? i + 1 : s->first);
                double dx = q->x - p->x, dy = q->y - p->y, t = ((x - p->x) * dx + (y - p->y) * dy) / (dx * dx + dy * dy);
                t = t < 0 ? 0 : t > 1 ? 1 : t;
                double ex = x - p->x - t * dx, ey = y - p->y - t * dy, d = ex * ex + ey * ey;
                if (d < least) least = d;
            }
            least = within(s, points, f->lat, f->lon) ? -sqrt(least) : sqrt(least);
        }
        if (place[z] < 2) {
            if (least + f->metres <= 0) { place[z] = 2; since[z] = f->ms; told[1]++; }
        } else if (least - f->metres > 25) { place[z] = 1; told[1]++; }
        else if (place[z] == 2 && f->ms - since[z] >= 300000) { place[z] = 3; told[1]++; }
    }
    if (!o->ms || f->ms - o->ms > 300000) return;
    double metres = apart(f->lat, f->lon, o->lat, o->lon), off = f->metres + o->metres + fmax(2, o->speed) * (f->ms - o->ms) / 1000.0;
    if (metres - off <= 500) { told[2] += !m->near; m->near = 1; }
    else if (m->near && metres - off > 700) { m->near = 0; told[2]++; }
    if (f->ms - m->gap_ms >= 30000) {
        double fell = (m->gap - metres) / ((f->ms - m->gap_ms) / 1000.0);
        if (m->gap_ms && metres < 5000 && fell > 0 && (metres - 500) / fell < 600) told[3]++;
        m->gap = metres; m->gap_ms = f->ms;
    }
}

void take(int64_t many, const Frame *fixes, const int64_t *own, const Box *boxes, const Shape *shapes, const Point *points,
          double *last, uint8_t *known, int64_t *answer, Mind *minds, uint8_t *place, int64_t *since, int64_t *told) {
    int64_t inside = 0, near = 0;
    for (int64_t n = 0; n < many; n++) {
        const Frame *f = fixes + n;
        uint32_t other = f->device ^ 1;
        if (minds) {
            if (n + 8 < many) {
                uint32_t soon = fixes[n + 8].device;
                __builtin_prefetch(minds + soon); __builtin_prefetch(minds + (soon ^ 1)); __builtin_prefetch(boxes + own[soon]);
                __builtin_prefetch(boxes + own[soon] + 2); __builtin_prefetch(boxes + own[soon] + 4); __builtin_prefetch(boxes + own[soon] + 6);
                __builtin_prefetch(boxes + own[soon] + 8); __builtin_prefetch(place + own[soon]);
            }
            judge(minds + f->device, minds + other, f, own[f->device], own[f->device + 1], boxes, shapes, points, place, since, told);
            continue;
        }
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
        if (known[other] && fabs(last[2 * other] - f->lat) < 0.01) near += apart(f->lat, f->lon, last[2 * other], last[2 * other + 1]) <= 500.0;
        last[2 * f->device] = f->lat; last[2 * f->device + 1] = f->lon; known[f->device] = 1;
    }
    answer[0] = inside; answer[1] = near;
}
