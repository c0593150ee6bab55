/* Locates the values in Redis' answer to a transaction as it arrives; the kernel of
 * wirematch.index.connections.transaction.
 */
#include "kernel.h"

/* States of a reply, besides NOT_READABLE: an error, a push message, or anything else that the client library must read. */
enum { INCOMPLETE = 0, COMPLETE = 1 };

enum { NOTHING = -1, MOST_BYTES = 1 << 29 };

typedef struct {
    const uint8_t *bytes;
    size_t size;      /* bytes received so far */
    size_t at;        /* bytes parsed so far */
    int64_t taken;    /* "OK" and "QUEUED" lines still expected */
    int64_t commands; /* number of commands */
    int64_t answers;  /* answers still expected; negative until their number is known */
    int64_t members;  /* members still expected of the current answer */
    size_t found, room;
    int64_t *begins, *lengths; /* of the values found; a null has the length NOTHING */
} Reply;

typedef struct {
    size_t begin, end, next; /* without type byte and terminator; and the start of the next line */
    uint8_t kind;
} Line;

static bool line_at(const Reply *reply, Line *line) {
    const uint8_t *from = reply->bytes + reply->at;
    size_t left = reply->size - reply->at;
    const uint8_t *end = left ? memchr(from, '\n', left) : NULL;
    if (!end) return false;
    *line = (Line){reply->at + 1, (size_t)(end - reply->bytes), (size_t)(end - reply->bytes) + 1, *from};
    return true;
}

/* A complete line has at least its type byte and its two-byte terminator. */
static inline bool is_line(const Reply *reply, const Line *line) {
    return line->end > line->begin && reply->bytes[line->end - 1] == '\r';
}

/* The number in a line; NOTHING for "-1", less for anything that is no number. */
static int64_t number_of(const Reply *reply, const Line *line) {
    const uint8_t *digits = reply->bytes + line->begin;
    size_t size = line->end - 1 - line->begin;
    if (size == 2 && digits[0] == '-' && digits[1] == '1') return NOTHING;
    if (!size || size > 9) return NOTHING - 1;
    int64_t number = 0;
    for (size_t at = 0; at < size; at++) {
        if (digits[at] < '0' || digits[at] > '9') return NOTHING - 1;
        number = 10 * number + (digits[at] - '0');
    }
    return number;
}

static bool keep(Reply *reply, size_t begin, int64_t length) {
    if (reply->found == reply->room) return false;
    reply->begins[reply->found] = (int64_t)begin;
    reply->lengths[reply->found++] = length;
    (*(reply->members ? &reply->members : &reply->answers))--;
    return true;
}

/* A value, or the number of members of the next answer. */
static int64_t read_value(Reply *reply, const Line *line) {
    int64_t number = line->kind == '$' || line->kind == '*' ? number_of(reply, line) : NOTHING;
    size_t next = line->next;
    bool readable = false;
    if (line->kind == ':') {
        readable = keep(reply, line->begin, (int64_t)(line->end - 1 - line->begin));
    } else if (line->kind == '_' || (line->kind == '$' && number == NOTHING)) {
        readable = keep(reply, line->begin, NOTHING);
    } else if (line->kind == '$' && number >= 0 && number <= MOST_BYTES) {
        next += (size_t)number + 2;
        if (next > reply->size) return INCOMPLETE;
        readable = !memcmp(reply->bytes + next - 2, "\r\n", 2) && keep(reply, line->next, number);
    } else if (line->kind == '*' && number >= 0 && !reply->members) {
        reply->members = number;
        reply->answers--;
        readable = true;
    }
    if (!readable) return NOT_READABLE;
    reply->at = next;
    return COMPLETE;
}

/* Resumes parsing; call it again whenever more has arrived. */
EXPORTED int64_t wirematch_read_reply(Reply *reply) {
    Line line;
    if (reply->at > reply->size) return NOT_READABLE;
    while (reply->taken || reply->answers || reply->members) {
        if (!line_at(reply, &line)) return INCOMPLETE;
        if (!is_line(reply, &line)) return NOT_READABLE;
        if (reply->taken) {
            if (line.kind != '+') return NOT_READABLE;
            reply->taken--;
            reply->at = line.next;
        } else if (reply->answers < 0) {
            if (line.kind != '*' || number_of(reply, &line) != reply->commands) return NOT_READABLE;
            reply->answers = reply->commands;
            reply->at = line.next;
        } else {
            int64_t told = read_value(reply, &line);
            if (told != COMPLETE) return told;
        }
    }
    return reply->at == reply->size ? COMPLETE : NOT_READABLE;
}
