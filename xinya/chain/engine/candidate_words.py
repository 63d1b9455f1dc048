"""A candidate's reasons in a sentence of the reader's language."""

from collections.abc import Callable
from functools import partial

from xinya.zones.engine.regions import province_name

from .candidates import (
    ABNORMAL,
    ABOVE_SCALE,
    ALSO_FILLS,
    CAN_MAKE,
    CONFIRMED_MAKER,
    FAR,
    INPUTS_HERE,
    LOW_SHARE,
    NEAR,
    NEEDS_ELSEWHERE,
    NOT_ABOVE_SCALE,
    NOT_PRODUCING,
    SAID_NO,
    SAID_YES,
    SAME_GROUP,
    SCALE_UNKNOWN,
    SERVES_ANCHOR,
    SHARE,
    SINGLE_PRODUCT,
    SUPPLIES,
    Reason,
)
from .wording import in_sentence, percent

SHOWN = 4
SENTENCES: dict[str, tuple[str, str]] = {  # Chinese, English
    CAN_MAKE: ("生产{names}", "makes {names}"),
    CONFIRMED_MAKER: ("经人确认能生产", "confirmed by a person as a maker"),
    ALSO_FILLS: ("能补区内{count}个缺口，另有{names}", "covers {count} of our gaps, also {names}"),
    SHARE: ("这类产品占其收入{share}", "makes it at {share} of its revenue"),
    SUPPLIES: ("已在给区内的{names}供货", "already supplies {names} here"),
    NEAR: ("在本省（{names}）", "in the same province, {names}"),
    LOW_SHARE: ("这类产品只占其收入{share}", "only {share} of its revenue comes from it"),
    FAR: ("在外省（{names}）", "far: in {names}"),
    ABNORMAL: ("登记状态异常：{names}", "abnormal standing in the register: {names}"),
    SERVES_ANCHOR: ("链主{names}在等", "{names}, the anchor, waits for it"),
    INPUTS_HERE: ("{count}项关键投入里区内已有{had}项：{names}", "essential inputs made here: {had} of {count} ({names})"),
    SAME_GROUP: ("与区内的{names}同属一个集团", "belongs to the group of {names}, which is here"),
    ABOVE_SCALE: ("规模以上", "above scale"),
    SAID_YES: ("工作人员认为合适", "an officer calls it suitable"),
    SINGLE_PRODUCT: ("只知道一种产品", "only one product known"),
    NOT_ABOVE_SCALE: ("规模以下", "below scale"),
    SCALE_UNKNOWN: ("是否规上不详", "scale not known"),
    NEEDS_ELSEWHERE: ("它要用的{names}区内没有人做", "nobody here makes {names}, which it cannot do without"),
    NOT_PRODUCING: ("尚未投产", "does not produce yet"),
    SAID_NO: ("工作人员认为不合适", "an officer turned it down"),
}  # fmt: skip
OF_SEGMENTS = (ALSO_FILLS, INPUTS_HERE, NEEDS_ELSEWHERE)
OF_COMPANIES = (SERVES_ANCHOR, SAME_GROUP, SUPPLIES)


def reason_words(reason: Reason, language: str, *, segment: Callable[[str], str], company: Callable[[str], str] = str) -> str:
    """One reason as a sentence. segment, company: what a code or a company is called in that language. At most four are named."""
    name = segment if reason.code in OF_SEGMENTS else company if reason.code in OF_COMPANIES else str
    if reason.code in (NEAR, FAR):
        name = partial(province_name, language=language)
    chinese = language == "zh"
    named = [name(each) for each in reason.names[:SHOWN]]
    if reason.code in OF_SEGMENTS and not chinese:
        named = [in_sentence(each) for each in named]
    joined = ("、" if chinese else ", ").join(named)
    if len(reason.names) > SHOWN:
        joined += (
            f"等{len(reason.names)}{'家' if reason.code in OF_COMPANIES else '项'}"
            if chinese
            else f" and {len(reason.names) - SHOWN} more"
        )
    return SENTENCES[reason.code][0 if chinese else 1].format(
        names=joined, count=reason.count, had=len(reason.names), share=percent(reason.count / 10_000)
    )
