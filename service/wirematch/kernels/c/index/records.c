/* Parses stored records as far as comparing needs. Anything but a plain text in the form in which this service writes it is
 * left to Python, which reads everything accepted here in the same way.
 */
#include "index/records.h"

#include "index/json.h"
#include "utf8.h"

/* As in wirematch.index.records.codec and wirematch.index.records.tail. */
enum { STORED_AT = 4, KIND_AT = 28, ID_LENGTH_AT = 45, SOURCE_LENGTH_AT = 47, HEADER_BYTES = 49, KINDS = 2 };
enum { TAIL_BYTES = 11, ROOM_AT = 2, SKELETON_LENGTH_AT = 4, CHECKSUM_AT = 6, LAYOUT_AT = 10, LAYOUT_4 = 1 };
enum { NO_SKETCH = 65535, UPPER_BYTES_OF_SKETCH = 256 };

#define LATEST_STORED INT64_C(253402300799000) /* the end of the year 9999, Python's last */

static uint64_t number_at(const uint8_t *bytes, size_t count) {
    uint64_t number = 0;
    for (size_t at = count; at-- > 0;) number = number << 8 | bytes[at];
    return number;
}

static size_t sketch_size(size_t shingles) {
    return shingles == NO_SKETCH ? 0 : shingles + (shingles + UPPER_BYTES_OF_SKETCH + 7) / 8;
}

/* Finds the end of the JSON, and the skeleton behind it, if any. */
static bool find_tail(const uint8_t *record, size_t size, size_t json_at, Places *found) {
    found->skeleton_size = found->checksum = 0;
    found->json_end = (int64_t)size;
    if (record[size - 1] == '}') return true;
    if (size < TAIL_BYTES) return false;
    const uint8_t *tail = record + size - TAIL_BYTES;
    size_t room = (size_t)number_at(tail + ROOM_AT, 2), skeleton = (size_t)number_at(tail + SKELETON_LENGTH_AT, 2);
    size_t behind = TAIL_BYTES + sketch_size((size_t)number_at(tail, 2)) + room;
    if (tail[LAYOUT_AT] != LAYOUT_4 || behind > size || size - behind < json_at || skeleton > room) return false;
    found->json_end = (int64_t)(size - behind);
    found->skeleton_size = (int64_t)skeleton;
    found->checksum = (int64_t)number_at(tail + CHECKSUM_AT, 4);
    return true;
}

static bool read_record(const uint8_t *record, size_t size, Places *found) {
    if (size <= HEADER_BYTES || size > INT32_MAX || record[KIND_AT] >= KINDS) return false;
    uint64_t stored = number_at(record + STORED_AT, 8);
    if (stored > (uint64_t)LATEST_STORED) return false;
    found->stored = (int64_t)stored;
    size_t source_at = HEADER_BYTES + (size_t)number_at(record + ID_LENGTH_AT, 2);
    size_t json_at = source_at + (size_t)number_at(record + SOURCE_LENGTH_AT, 2);
    if (json_at >= size || !is_utf8(record + HEADER_BYTES, source_at - HEADER_BYTES) ||
        !is_utf8(record + source_at, json_at - source_at) || !find_tail(record, size, json_at, found))
        return false;
    Quoted body;
    if (!wirematch_find_body(record + json_at, (size_t)found->json_end - json_at, &body)) return false;
    found->source_at = (int64_t)source_at;
    found->json_at = (int64_t)json_at;
    found->text_at = body.at - record;
    found->text_end = body.end - record;
    found->text_size = (int64_t)body.size;
    return true;
}

/* Parses `count` records; returns how many are readable. */
EXPORTED int64_t wirematch_read_records(const uint8_t *const *records, const int64_t *sizes, size_t count,
                                        Places *found) {
    int64_t readable = 0;
    for (size_t each = 0; each < count; each++) {
        found[each] = (Places){0};
        found[each].readable = sizes[each] > 0 && read_record(records[each], (size_t)sizes[each], &found[each]);
        readable += found[each].readable;
    }
    return readable;
}
