"""The closed vocabularies of copydesk: every enum whose values reach a column or a message."""

from enum import StrEnum


class BlockKind(StrEnum):
    """What a block is to a newsroom. The names are the trade's own."""

    HEADLINE = "headline"
    KICKER = "kicker"
    STANDFIRST = "standfirst"
    BYLINE = "byline"
    DATE = "date"  # a line that says when: "Updated 06 April 2025"
    BODY = "body"
    SUBHEADING = "subheading"  # a heading inside the body; it is printed as a paragraph of it
    CAPTION = "caption"
    TEASER = "teaser"
    BOILERPLATE = "boilerplate"


class Stage(StrEnum):
    """Where on its way a record became a reject."""

    READ = "read"  # the connector could not get the record out of its container
    DECODE = "decode"  # the record is not a page: not JSON, wrong types, no text
    SPLIT = "split"  # the page holds no story
    INTERNAL = "internal"  # an error that copydesk did not expect: worth a bug report


class RejectReason(StrEnum):
    """Why an input became no story."""

    EMPTY = "empty"  # no bytes, or nothing but white space
    TOMBSTONE = "tombstone"  # a Kafka record whose value is null
    NOT_TEXT = "not_text"  # bytes that no charset makes text of, or with NUL in them
    NOT_JSON = "not_json"
    NOT_AN_OBJECT = "not_an_object"
    WRONG_TYPE = "wrong_type"  # a field of the record has a type or value that it cannot have
    NO_CONTENT = "no_content"  # a record with neither text nor html
    TOO_LARGE = "too_large"
    BROKEN_CONTAINER = "broken_container"  # gzip, zstd or WARC data that does not decode
    DECOMPRESSION_BOMB = "decompression_bomb"
    UNREADABLE = "unreadable"  # the operating system would not give the bytes
    NO_STORY = "no_story"
    TOO_COMPLEX = "too_complex"  # markup nested or repeated beyond any page's need
    INTERNAL_ERROR = "internal_error"


class Precision(StrEnum):
    """How exact a date is."""

    SECOND = "second"
    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class DateBasis(StrEnum):
    """What a date was read from."""

    JSON_LD = "json_ld"
    META = "meta"
    MICRODATA = "microdata"
    TIME_ELEMENT = "time_element"
    URL = "url"
    VISIBLE_ABSOLUTE = "visible_absolute"
    VISIBLE_RELATIVE = "visible_relative"
    DATELINE = "dateline"
    WEEKDAY = "weekday"


class DateRole(StrEnum):
    """What a date on a page is the date of."""

    PUBLISHED = "published"
    UPDATED = "updated"
    EVENT = "event"
    PHOTO = "photo"
    COPYRIGHT = "copyright"
    COMMENT = "comment"
    TEASER = "teaser"
    RELATED = "related"
    BIRTH = "birth"
    UNKNOWN = "unknown"


class Flag(StrEnum):
    """What to be wary of in a row."""

    NO_HEADLINE = "no_headline"
    UNCERTAIN_START = "uncertain_start"
    UNCERTAIN_END = "uncertain_end"
    TRUNCATED = "truncated"
    RELATIVE_DATE_WITHOUT_FETCH_TIME = "relative_date_without_fetch_time"
    AMBIGUOUS_DAY_MONTH = "ambiguous_day_month"
    LOW_DATE_CONFIDENCE = "low_date_confidence"  # a date was found and is below the threshold
    REPLACEMENT_CHARACTERS = "replacement_characters"  # the text lost characters before it came
    MOJIBAKE_REPAIRED = "mojibake_repaired"
    STRUCTURED_DATA_SKIPPED = "structured_data_skipped"  # more of it than any page needs
