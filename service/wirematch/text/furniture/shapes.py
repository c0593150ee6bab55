"""Patterns of the lines that pages put around a story; ``furniture`` decides which of them count where."""

from __future__ import annotations

import regex

_NETWORK = "(?:facebook|twitter|x|linkedin|telegram|whatsapp|reddit|pinterest|instagram|google news|youtube)"
_ACTION = (
    r"share|save|print|e-?mail|tweet|pin|copy link|(?:\d+ )?comments?|reply|like|"
    rf"privacy policy|terms of (?:use|service)|{_NETWORK}"
)
_COUNT = r"(?: ?\(?\d+\)?)?"
_WORK = "story|article|post|piece|content|column|commentary|essay"
_TREATED = "(?:edited|(?:re-?)?published|(?:auto-?)?generated|updated|corrected|translated)"
_VIEWS = "(?:views|opinions)"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_TIME_WORD = (
    rf"(?>{_MONTH}|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b|\d++(?:st|nd|rd|th|h)?|"
    r"[ap]\.?m\b\.?|(?:gmt|utc|ist|bst|ces?t|[ecmp][sd]?t|at|on|ago|min(?:ute)?s?|hours?|hrs?|days?|weeks?|read|"
    r"(?:last |first )?(?:published|posted|updated|modified))\b)"
)
# A time and nothing else, as in 'Last updated: July 22, 2026 2:41 PM' and '2 min read'.
_TIME = (
    rf"(?=.*\d)(?=.*(?:{_MONTH}|\bago\b|\bread\b|published|posted|updated|modified))"
    rf"{_TIME_WORD}(?:[\s,.:;|/•·@()+-]*{_TIME_WORD})*[\s.)]*"
)

PAGE_FURNITURE = regex.compile(
    "|".join(
        (
            r"site icon\b.{0,60}|exit mobile version|skip to (?:main )?content|back to top|loading\.*|menu|search",
            r"(?:read|see|watch|view|show|find out|learn) (?:more|also|all|next|full story)\b(?! than\b).*",
            r"also (?:read|see|watch)\b(?: ?[:|-].*|.*[^.])",
            r"(?:continue|keep) reading\b.*|(?:story|article) continues\b.*|(?:the )?post .+ appeared first on\b.*",
            r"scroll (?:down|to continue)\b.*|(?:enter|type) your e-?mail\b.*",
            rf"(?:{_ACTION}){_COUNT}(?:[\s|,/•·]+(?:{_ACTION}){_COUNT})*",
            r"(?:share|post|tweet) (?:on|this|via|to|with)\b.*",
            r"(?:to [^.\"]{1,80} |[^.\"]{1,40}\? )?(?:click|tap) (?:here|to)\b[^\"]*",
            r"(?:follow|like|join|find) us(?: (?:on|at|now|here)\b.*)?",
            rf"(?:follow|join) .{{1,40}} on {_NETWORK}\b.*",
            r"(?:sign up|log in|sign in)\b.*|(?:subscribe|register)(?: (?:now|today|here|to|for|free|with)\b.*)?",
            r"download (?:the|our) app\b.*|get (?:the |our )?(?:latest|daily|breaking|newsletter|app)\b.*",
            r"(?:our |daily |free )?newsletters?\b.{0,60}(?<!\.)|listen to this article\b.*",
            r"advertisements?\.?|sponsored(?: content)?|promoted|ads? by \S+|trending(?: now)?|most (?:read|popular)",
            r"related(?: (?:stories|articles|topics|coverage|news|content))?(?: ?:.*)?",
            r"more (?:on|from) .{1,60}(?<!\w\.)",
            r"(?:tags|topics|filed under|categories) ?:.*",
            r"(?:file )?(?:photo|image|picture|video|caption)s?(?: (?:credit|courtesy|source))?s? ?[:/|].*",
            r"(?:photo|image|picture)s? (?:credits?|courtesy)\b.*|(?:.{1,40}/)?getty images(?:[ ,]*[|/(,].{0,40})?",
            r"(?:© ?)?copyright(?: notice)?[\s:,]*(?:©|\(c\)|\d{4}).*|©.*|all rights reserved\b.*",
            r"(?:source|agency|credit) ?:.{1,60}|with (?:agency )?inputs? from\b.*",
            rf"{_TIME}|[^.!?]{{2,60}}[|•·]\s*{_TIME}",
        )
    )
)

# Rights, corrections, contacts and disclaimers, which may be longer than other lines of furniture.
NOTE = regex.compile(
    "|".join(
        (
            r"(?:all )?content (?:created|produced|provided) by\b.* (?:is|are) available (?:without charge|free)\b.*",
            r"[^\"]{2,150}\bcontributed (?:reporting )?to this (?:report|story|article)(?: from .{2,40})?\.?",
            rf"(?:except for the headline, )?this (?:{_WORK}|report|copy) has (?:not )?been {_TREATED}\b.*",
            rf"this (?:{_WORK}) (?:is |was )?(?:originally |first |also )?(?:appeared|syndicated|{_TREATED})\b.*",
            rf"this (?:{_WORK}|site|website|page) is (?:\w+ )?for (?:general )?(?:information(?:al)?|educational)\b.*",
            rf"(?:the )?{_VIEWS}(?:,? (?:and|or) {_VIEWS})? expressed (?:here|above|are|(?:in|on) this|by the)\b.*",
            r"(?:legal )?disclaimer ?:.*|editor'?s'? note ?:.*",
            r"this \w+ may not be (?:published|reproduced|republished|copied|redistributed)(?:,| or)\b?.*",
            r"(?:reproduction|republication|redistribution) (?:in whole|without|of this)\b.*",
            r"do not (?:reproduce|republish|copy) without\b.*",
            r"(?:re-?published|reprinted|licensed|used) (?:under (?:a |the )?creative commons|with permission)\b.*",
            r"for (?:licensing|syndication|reprint|republishing)\b.{1,60}\b(?:contact|visit|e-?mail|see|click)\b.*",
            r"(?:we|(?:this|our) (?:site|website)) uses? cookies\b.*",
            r"by (?:continuing|signing up|subscribing)\b.* you agree\b.*",
            r"(?:if|when) you (?:buy|purchase|click)\b.*\bcommission\b.*",
            r"(?:support|donate to) (?:our|independent) (?:journalism|reporting|newsroom)\b.*",
            r"(?:send|submit|e-?mail) (?:us )?(?:(?:a|any|your|news|story|confidential) )*tips?\b.*",
            r"(?:got|have) an? (?:(?:news|story|confidential) )?tip\b.*",
            r"(?:contact|e-?mail|write to) (?:us|the (?:author|writer|reporter|editor|newsroom))\b.*",
            rf"[^\"]{{2,80}} can be (?:reached|followed) (?:at|on|via)\b.*(?:@|\d{{3}}[ .-]\d{{3}}|\b{_NETWORK}\b).*",
            r"(?:follow|contact|e-?mail) [^\"]{1,80}@\w.*",
        )
    )
)

NOTE_BEGINS = (
    "all content ", "content ", "except for ", "this ", "the views", "the opinions", "views", "opinions", "legal ",
    "disclaimer", "editor", "reproduction ", "republication ", "redistribution ", "do not ", "republished ",
    "re-published ", "reprinted ", "licensed ", "used ", "for ", "we ", "our ", "by ", "if you ", "when you ",
    "support ", "donate to ", "send ", "submit ", "email ", "e-mail ", "got ", "have ", "contact ", "write to ",
    "follow ",
)  # fmt: skip
NOTE_HOLDS = "contributed ", " can be "
"""Every note begins with one of the former or contains one of the latter; checking that takes a tenth of the time."""

# Names and the words between them, to tell a line of names from a sentence.
_NAME = r"(?:(?:al|el|d)[-'’])?\p{Lu}[\p{L}\p{M}\d.'’-]*"
_BETWEEN_NAMES = (
    r"(?:and|in|at|of|for|from|with|by|the|our|de|del|der|den|van|von|bin|al|el|la|le|da|di|du|dos|agencies|"
    r"reporting|writing|editing|additional|further|edited|written|compiled|translated|"
    r"senior|chief|special|staff|correspondents?|reporters?|editors?|writers?)\b"
)
_NAMES = rf"{_NAME}(?:[\s,;:/&|()]+(?:{_NAME}|{_BETWEEN_NAMES}))*"
_CREDIT = (
    r"(?:(?:[Aa]dditional |[Ff]urther )?(?i:reporting|writing|editing|translating)|"
    r"(?:Reported|Written|Edited|Compiled|Translated|Produced)) [Bb]y"
)
CREDIT_LINE = regex.compile(
    "|".join(
        (
            rf"(?i:by):? (?=\S+[ ,]){_NAMES}(?<!\p{{Ll}}{{2}}\.)(?:\s+[|•·]\s.*)?|(?i:by) \p{{Lu}}{{2,6}}",
            rf"\(?{_CREDIT}:? {_NAMES}[\s.,;)]*",
            rf"(?:{_NAME} ){{1,5}}(?i:staff|correspondents?|(?:news|web|sports) desk|bureau|staff (?:writer|reporter))",
            rf"\(?(?i:with (?:additional )?(?:reporting|files) (?:from|by)) {_NAMES}\)?\.?",
            rf"(?i:(?:file )?(?:photo|image|picture|graphic|illustration)s? by) {_NAMES}",
            rf"(?:\(c\)|(?i:copyright))[\s:,]*{_NAMES}",
            r"[-–—]+ ?\p{Lu}\p{L}*(?: \p{Lu}\p{L}*){0,2}",
            r"[^.!?«»›→]{1,40}(?:\s[›»→]\s[^.!?«»›→]{1,40}){1,5}",
        )
    )
)
LAST_OF_GALLERY_ITEM = " Shares"
GALLERY_ITEM = regex.compile(rf".{{1,300}}{LAST_OF_GALLERY_ITEM}")
INLINE_CREDIT = regex.compile(rf"\({_CREDIT}\b[^()]{{1,400}}\)")
# Links to other stories that some pages insert after a name; they repeat the name and end in 'MORE'. The name is
# bounded because a long row of capitals would otherwise take quadratic time.
INLINE_LINKS = regex.compile(
    r"(?P<surname>\p{Lu}[\p{L}'’-]{1,40})"
    r"(?P<links> (?:\p{Lu}[\p{L}.'’-]* ){1,4}(?P=surname)(?=[\p{Lu}'‘\"“])[^\n]{10,700}? MORE\b)"
)

ABOUT_THE_AUTHOR = regex.compile(
    rf"""{_NAME}(?:\ (?:(?:de|van|von|der|bin|al)\ ){{0,2}}(?P<surname>{_NAME})){{1,3}}(?:,[^,"]{{1,60}},)?\s
    (?: is\ (?:an?\ |the\ |our\ )?(?:[\p{{L}}'’,-]+\ ){{0,8}}?
        (?i:reporter|correspondent|editor|journalist|columnist|writer|author|producer|contributor|fellow|professor)s?\b
      | (?:covers|writes\ (?:about|on|for|from)|reports\ (?:on|for|from)|contributes\ to)\b
    )[^"“”]*""",
    regex.VERBOSE,
)

# How a poll was conducted: the same text closes every story on a poll of that institute.
POLL_METHOD = regex.compile(
    r"(?is)[^\"“”]*\b(?:polls?|surveys?)\b(?=.*\b(?:conducted|interview(?:s|ed)|respondents)\b)"
    r"(?=.*\bmargin of (?:sampling )?error\b)[^\"“”]*"
)
REACHED = regex.compile(r"(?i)\bfollow (?:him|her|them|me|us)\b|@\w{2,}|\be-?mail\b")

_PLACE = r"\p{Lu}[\p{L}.'’\-]*(?:[ ,/]{1,2}(?:(?:de|la|of|the|al|el)\ )?\p{Lu}[\p{L}.'’\-]*){0,5}"
_PLACE_IN_CAPITALS = r"\p{Lu}[\p{Lu}\ .,'’/-]{2,40}"
_DAY = rf"(?i:(?:{_MONTH}\s+\d{{1,2}}|\d{{1,2}}\s+{_MONTH})(?:,?\s+\d{{4}})?)"
_DATE = rf",?\s+{_DAY}"
_AGENCY = r"\([\p{L}][\p{L}\d\ ./&-]{1,30}\)"
_KNOWN_AGENCY = r"\((?:Reuters|AP|AFP|UPI|CNN|IANS|PTI|ANI|Xinhua|Kyodo|Yonhap|Bloomberg|dpa|EFE|TASS|ANSA)\)"
# As in 'SEOUL (Reuters) - ', 'Seoul, Dec 1 (IANS): ', 'LONDON, March 3 — ', 'NEW YORK -- ' and 'Seoul: '. Without a
# dash, 'SEOUL (Norwind) Officials', 'Seoul, Dec 1 (Norwind) Officials' and 'Seoul (Reuters) Officials', but not 'Press
# Council (PC) officials'. Without a place, '(Norwind) - ', 'Dec 1 (Norwind) - ' and '(Reuters) Officials'.
DATELINE = regex.compile(
    rf"""\s*(?:
      {_PLACE}(?:{_DATE},?\s*{_AGENCY}\s*[-–—:]*|,?\s*{_AGENCY}\s*[-–—:]+)\s*
    | (?:{_PLACE_IN_CAPITALS}{_AGENCY}\s+|{_PLACE}\s*{_KNOWN_AGENCY}\s*)(?=[\p{{Lu}}\d("“‘'])
    | (?:{_DAY},?\s*)?(?:{_AGENCY}\s*[-–—:]+\s*|{_KNOWN_AGENCY}\s*(?=[\p{{Lu}}\d("“‘']))
    | {_PLACE}{_DATE}\s*[-–—:]+\s+
    | {_PLACE_IN_CAPITALS}\s*(?:[–—]|\s-{{1,2}})\s*
    | \p{{Lu}}[\p{{L}}'’-]+(?:[\ /]\p{{Lu}}[\p{{L}}'’-]+){{0,2}}:\s+(?=[\p{{Lu}}"“‘'])
    )""",
    regex.VERBOSE,
)
