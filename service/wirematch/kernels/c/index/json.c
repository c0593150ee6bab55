/* JSON in the form in which this service writes articles: without blanks, and with nothing nested but one flat object. Other
 * forms are rejected even if they are valid JSON; what is accepted, any parser would read alike.
 */
#include "index/json.h"

#include "utf8.h"

static bool take_byte(Rest *rest, uint8_t wanted) {
    if (rest->at == rest->end || *rest->at != wanted) return false;
    rest->at++;
    return true;
}

static int32_t hexadecimal(const uint8_t *digits) {
    int32_t number = 0;
    for (int each = 0; each < 4; each++) {
        uint8_t digit = digits[each], lower = digit | 32;
        if (lies_within(digit, '0', '9'))
            number = number << 4 | (digit - '0');
        else if (lies_within(lower, 'a', 'f'))
            number = number << 4 | (lower - 'a' + 10);
        else
            return -1;
    }
    return number;
}

/* What follows a backslash. */
typedef struct {
    uint8_t bytes[3];
    size_t size; /* bytes in UTF-8; 0 if it is not read here: half a surrogate pair, or no escape at all */
    size_t written;
} Escape;

static Escape escape_at(const uint8_t *at, size_t left) {
    static const char WRITTEN[] = "\"\\/bfnrt", MEANT[] = "\"\\/\b\f\n\r\t";
    Escape found = {{0}, 0, 1};
    if (!left || !*at) return found;
    const char *place = strchr(WRITTEN, *at);
    if (place) {
        found.bytes[0] = (uint8_t)MEANT[place - WRITTEN];
        found.size = 1;
        return found;
    }
    int32_t point = *at == 'u' && left >= 5 ? hexadecimal(at + 1) : -1;
    if (point < 0 || (point >= 0xD800 && point < 0xE000)) return found;
    found.written = 5;
    if (point < 0x80) {
        found.bytes[found.size++] = (uint8_t)point;
        return found;
    }
    if (point < 0x800) {
        found.bytes[found.size++] = (uint8_t)(0xC0 | point >> 6);
    } else {
        found.bytes[found.size++] = (uint8_t)(0xE0 | point >> 12);
        found.bytes[found.size++] = (uint8_t)(0x80 | (point >> 6 & 0x3F));
    }
    found.bytes[found.size++] = (uint8_t)(0x80 | (point & 0x3F));
    return found;
}

#define EACH_BYTE UINT64_C(0x0101010101010101)
#define HIGHEST_BITS (EACH_BYTE << 7)

/* High bits of those of eight bytes that need attention; only the lowest set bit is certain. */
static uint64_t other_than_plain(uint64_t word) {
    uint64_t quotes = word ^ EACH_BYTE * '"', slashes = word ^ EACH_BYTE * '\\';
    uint64_t below_blank = (word - EACH_BYTE * ' ') & ~word;
    return (word | below_blank | ((quotes - EACH_BYTE) & ~quotes) | ((slashes - EACH_BYTE) & ~slashes)) & HIGHEST_BITS;
}

static bool is_plain(uint8_t byte) { return byte >= ' ' && byte < 0x80 && byte != '"' && byte != '\\'; }

/* Skips bytes that stand for themselves. */
static void pass_plain(Rest *rest) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    for (uint64_t word; rest->end - rest->at >= (ptrdiff_t)sizeof word; rest->at += sizeof word) {
        memcpy(&word, rest->at, sizeof word);
        uint64_t other = other_than_plain(word);
        if (!other) continue;
        rest->at += __builtin_ctzll(other) >> 3;
        return;
    }
#endif
    while (rest->at < rest->end && is_plain(*rest->at)) rest->at++;
}

/* Reads a string after its opening quotation mark. */
static bool pass_string(Rest *rest, Quoted *found) {
    found->at = rest->at;
    size_t saved = 0;
    for (pass_plain(rest); rest->at < rest->end; pass_plain(rest)) {
        uint8_t byte = *rest->at;
        if (byte == '"') {
            found->end = rest->at++;
            found->size = (size_t)(found->end - found->at) - saved;
            return true;
        }
        if (byte == '\\') {
            Escape escape = escape_at(rest->at + 1, (size_t)(rest->end - rest->at) - 1);
            if (!escape.size) return false;
            saved += 1 + escape.written - escape.size;
            rest->at += 1 + escape.written;
        } else if (byte < ' ' || !pass_character(rest)) {
            return false;
        }
    }
    return false;
}

static bool pass_word(Rest *rest, const char *word) {
    size_t size = strlen(word);
    if ((size_t)(rest->end - rest->at) < size || memcmp(rest->at, word, size)) return false;
    rest->at += size;
    return true;
}

static size_t pass_digits(Rest *rest) {
    const uint8_t *begin = rest->at;
    while (rest->at < rest->end && *rest->at >= '0' && *rest->at <= '9') rest->at++;
    return (size_t)(rest->at - begin);
}

enum { MOST_DIGITS = 18, MOST_EXPONENT = 2 }; /* numbers within these are too large for no parser */

static bool pass_number(Rest *rest) {
    take_byte(rest, '-');
    bool zero = rest->at < rest->end && *rest->at == '0';
    size_t whole = pass_digits(rest);
    if (!whole || whole > MOST_DIGITS || (zero && whole > 1)) return false;
    if (take_byte(rest, '.')) {
        size_t after = pass_digits(rest);
        if (!after || after > MOST_DIGITS) return false;
    }
    if (take_byte(rest, 'e') || take_byte(rest, 'E')) {
        if (!take_byte(rest, '-')) take_byte(rest, '+');
        size_t exponent = pass_digits(rest);
        if (!exponent || exponent > MOST_EXPONENT) return false;
    }
    return true;
}

/* A scalar value. */
static bool pass_scalar(Rest *rest) {
    Quoted string;
    if (take_byte(rest, '"')) return pass_string(rest, &string);
    return pass_word(rest, "null") || pass_word(rest, "true") || pass_word(rest, "false") || pass_number(rest);
}

/* A field name with its colon. A name with an escape in it could be any other, so it is rejected. */
static bool pass_name(Rest *rest, Quoted *name) {
    return take_byte(rest, '"') && pass_string(rest, name) && name->size == (size_t)(name->end - name->at) &&
           take_byte(rest, ':');
}

/* An object without nested values, after its opening brace. */
static bool pass_flat_object(Rest *rest) {
    if (take_byte(rest, '}')) return true;
    Quoted name;
    do
        if (!pass_name(rest, &name) || !pass_scalar(rest)) return false;
    while (take_byte(rest, ','));
    return take_byte(rest, '}');
}

static bool is_named(const Quoted *name, const char *wanted) {
    size_t size = strlen(wanted);
    return (size_t)(name->end - name->at) == size && !memcmp(name->at, wanted, size);
}

bool wirematch_find_body(const uint8_t *json, size_t size, Quoted *body) {
    Rest rest = {json, json + size};
    body->at = NULL;
    if (!take_byte(&rest, '{')) return false;
    do {
        Quoted name;
        if (!pass_name(&rest, &name) || is_named(&name, "body_format") || is_named(&name, "imprint")) return false;
        if (is_named(&name, "body")) {
            if (body->at || !take_byte(&rest, '"') || !pass_string(&rest, body)) return false;
        } else if (is_named(&name, "headline")) {
            Quoted headline;
            if (!pass_word(&rest, "null") && !(take_byte(&rest, '"') && pass_string(&rest, &headline))) return false;
        } else if (take_byte(&rest, '{') ? !pass_flat_object(&rest) : !pass_scalar(&rest)) {
            return false;
        }
    } while (take_byte(&rest, ','));
    return take_byte(&rest, '}') && rest.at == rest.end && body->at;
}

bool wirematch_unescape(const uint8_t *written, size_t size, uint8_t *text, size_t room) {
    size_t put = 0;
    for (size_t at = 0; at < size;) {
        const uint8_t *escape = memchr(written + at, '\\', size - at);
        size_t plain = escape ? (size_t)(escape - written) - at : size - at;
        if (plain > room - put) return false;
        memcpy(text + put, written + at, plain);
        put += plain;
        at += plain;
        if (!escape) break;
        Escape meant = escape_at(written + at + 1, size - at - 1);
        if (!meant.size || meant.size > room - put) return false;
        memcpy(text + put, meant.bytes, meant.size);
        put += meant.size;
        at += 1 + meant.written;
    }
    return put == room;
}

/* Where a string ends of which `at` is the first byte. A quotation mark after an odd number of backslashes is part of it. */
static const uint8_t *after_string(const uint8_t *at, const uint8_t *end) {
    const uint8_t *quote;
    while ((quote = memchr(at, '"', (size_t)(end - at)))) {
        const uint8_t *slash = quote;
        while (slash > at && slash[-1] == '\\') slash--;
        at = quote + 1;
        if (!((quote - slash) & 1)) return at;
    }
    return end;
}

EXPORTED int64_t wirematch_count_names(const uint8_t *json, size_t size) {
    const uint8_t *at = json, *end = json + size;
    int64_t names = 0;
    while (at < end) {
        uint8_t byte = *at++;
        if (byte == '"') at = after_string(at, end);
        names += byte == ':';
    }
    return names;
}
